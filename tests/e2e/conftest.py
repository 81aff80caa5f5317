"""One browser and one demo company for all of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .browsers import chromium
from .company import Company, served


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def pomela(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, browser: Browser) -> Iterator[Company]:
    with served(tmp_path_factory.mktemp("demo"), sqlite_template, browser) as company:
        yield company
