"""One browser and one demo company for each file of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .browsers import chromium
from .company import Company, served


@pytest.fixture(scope="module")
def pomela(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Company]:
    with chromium() as browser, served(tmp_path_factory.mktemp("demo"), sqlite_template, browser) as company:
        yield company
