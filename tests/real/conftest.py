"""The real servers as fixtures; the outbound door is opened for exactly their addresses."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import config_for
from tests.real import servers
from webapp import outbound
from webapp.networks.base import Account, Picture, Profile


@pytest.fixture(scope="session")
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Snac]:
    with servers.snac(tmp_path_factory.mktemp("snac")) as server:
        yield server


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Pds]:
    with servers.bluesky_pds(tmp_path_factory.mktemp("pds")) as server:
        yield server


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[servers.Mock]:
    with servers.mastodon_mock(tmp_path) as server:
        yield server


@pytest.fixture
def open_door(tmp_path: Path) -> Callable[..., None]:
    """Let Nod speak to these private hosts, as NOD_PRIVATE_HOSTS would."""

    def open_to(*hosts: str) -> None:
        outbound.configure(config_for(tmp_path, "sqlite://", private_hosts=frozenset(hosts)))

    return open_to


def account_of(profile: Profile) -> Account:
    """The account that a channel connected with this profile gives to its network."""
    return Account("channel-1", profile.remote_id, profile.handle, profile.server, profile.secrets, profile.limits)


def picture(alt: str, color: str = "teal") -> Picture:
    """A small real JPEG."""
    out = BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return Picture("image/jpeg", 64, 48, alt, "", read=out.getvalue)
