"""Save and restore, on both databases: what comes back is what was there, and a bad file changes nothing."""

import io
import json
import random
import tarfile
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.servers.nod import house
from webapp import db, times, vault
from webapp.channels.account import put_secrets
from webapp.channels.models import Channel
from webapp.ops import archive, backup, restore
from webapp.ops.ground import Refusal
from webapp.people.models import Organization

CANARY = "canary-5d1c"
PICTURE = random.Random(7).randbytes(200_000)


@pytest.fixture
def filled(cast, config):
    """A company with a picture and a channel that has a secret."""
    channel = Channel(
        id=db.new_id(), organization_id=cast.organization.id, region_id=cast.warsaw.id,
        network="site", remote_id="x", handle="@pomela", name="Pomela",
    )  # fmt: skip
    db.session.add(channel)
    put_secrets(channel, {"token": CANARY})
    db.commit()
    (config.media / "ab").mkdir(parents=True)
    (config.media / "ab" / "picture.webp").write_bytes(PICTURE)
    db.session.remove()
    return config


def names():
    found = list(db.session.scalars(sa.select(Organization.name).order_by(Organization.name)))
    db.session.remove()
    return found


def lose_everything(config):
    """Another installation: its own keys, nothing in it that was there."""
    db.init(config)
    db.session.execute(sa.update(Organization).values(name="Changed meanwhile"))
    db.commit()
    (config.media / "ab" / "picture.webp").unlink()
    vault.path(config).unlink()


@pytest.mark.parametrize("passphrase", ["", "six words that nobody guesses here"])
def test_comes_back_as_it_was(filled, tmp_path, passphrase):
    before = names()
    said = backup.save(filled, tmp_path / "saved", keys=True, passphrase=passphrase)
    assert "1 picture files" in said[0]
    assert (tmp_path / "saved").stat().st_mode & 0o077 == 0
    lose_everything(filled)
    said = restore.load(filled, tmp_path / "saved", passphrase=passphrase, sure=True)
    db.init(filled)
    assert names() == before
    assert (filled.media / "ab" / "picture.webp").read_bytes() == PICTURE
    assert "Every channel's secrets open" in said[-1]


def test_without_keys_it_says_which_channels_to_reconnect(filled, tmp_path):
    backup.save(filled, tmp_path / "saved", keys=False, passphrase="")
    lose_everything(filled)
    said = restore.load(filled, tmp_path / "saved", passphrase="", sure=True)
    assert "  Pomela (@pomela)" in said


def test_sealed_means_sealed(filled, tmp_path):
    backup.save(filled, tmp_path / "saved", keys=True, passphrase="right")
    raw = (tmp_path / "saved").read_bytes()
    assert b"manifest" not in raw
    assert b"SQLite" not in raw
    before = names()
    with pytest.raises(Refusal, match="another passphrase"):
        restore.load(filled, tmp_path / "saved", passphrase="wrong", sure=True)
    db.init(filled)
    assert names() == before


@pytest.mark.parametrize("damage", ["cut", "flipped", "swapped", "longer"])
def test_a_damaged_sealed_backup_changes_nothing(filled, tmp_path, damage):
    backup.save(filled, tmp_path / "saved", keys=False, passphrase="right")
    raw = bytearray((tmp_path / "saved").read_bytes())
    frame = archive.FRAME + 16
    start = len(archive.MAGIC) + 16
    assert len(raw) > start + frame, "the backup has more than one frame"
    if damage == "cut":
        raw = raw[: start + frame]
    elif damage == "flipped":
        raw[-1] ^= 1
    elif damage == "longer":
        raw += b"x"
    else:
        raw[start : start + frame], raw[-frame:] = raw[-frame:], raw[start : start + frame]
    (tmp_path / "saved").write_bytes(raw)
    before = names()
    with pytest.raises(Refusal):
        restore.load(filled, tmp_path / "saved", passphrase="right", sure=True)
    db.init(filled)
    assert names() == before


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "media/../../outside", "media/.hidden", "keys/other"])
def test_an_entry_that_does_not_belong_changes_nothing(filled, tmp_path, name):
    with tarfile.open(tmp_path / "evil", "w:gz") as tar:
        about = {"format": 1, "made_at": "now", "database": restore.dumps.kind(filled), "keys": False}
        for entry, data in (("manifest.json", json.dumps(about).encode()), (name, b"evil")):
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    before = names()
    with pytest.raises(Refusal, match="does not belong"):
        restore.load(filled, tmp_path / "evil", passphrase="", sure=True)
    db.init(filled)
    assert names() == before


def test_a_file_that_is_no_backup_is_one_sentence(filled, tmp_path):
    (tmp_path / "text").write_text("hello")
    with pytest.raises(Refusal, match="not a backup"):
        restore.load(filled, tmp_path / "text", passphrase="", sure=True)
    with pytest.raises(Refusal, match="cannot be read"):
        restore.load(filled, tmp_path / "missing", passphrase="", sure=True)


def test_an_organization_is_not_replaced_unasked(filled, tmp_path):
    backup.save(filled, tmp_path / "saved", keys=False, passphrase="")
    with pytest.raises(Refusal, match="--yes"):
        restore.load(filled, tmp_path / "saved", passphrase="", sure=False)


def test_not_while_a_clock_is_at_work(filled, tmp_path):
    from webapp.ops import heartbeat

    backup.save(filled, tmp_path / "saved", keys=False, passphrase="")
    heartbeat.beat("clock")
    with pytest.raises(Refusal, match="stop every host"):
        restore.load(filled, tmp_path / "saved", passphrase="", sure=True)


def test_a_backup_never_overwrites_a_file(filled, tmp_path):
    (tmp_path / "saved").write_text("mine")
    with pytest.raises(Refusal, match="exists already"):
        backup.save(filled, tmp_path / "saved", keys=False, passphrase="")
    assert (tmp_path / "saved").read_text() == "mine"


def test_keys_of_the_environment_are_not_saved(filled, tmp_path):
    with pytest.raises(Refusal, match="NOD_KEYS"):
        backup.save(replace(filled, keys="{}"), tmp_path / "saved", keys=True, passphrase="")


@pytest.mark.thorough
def test_the_commands_while_it_runs():
    """`nod backup` of a running installation, `nod restore` into another, and what is refused."""
    with house() as one, house() as other:
        one.start()
        saved = one.data.parent / "saved"
        asked = one.command("backup", str(saved))
        assert (asked.returncode, asked.stderr) == (
            2, "Say --keys or --no-keys: nobody is at the terminal to be asked.\n",
        )  # fmt: skip
        secret = one.data.parent / "phrase"
        secret.write_text("six words\n")
        done = one.command("backup", str(saved), "--keys", "--passphrase-file", str(secret))
        assert done.returncode == 0, done.stderr
        refused = one.command("restore", str(saved), "--passphrase-file", str(secret), "--yes")
        assert "stop it first" in refused.stderr
        restored = other.command("restore", str(saved), "--passphrase-file", str(secret))
        assert restored.returncode == 0, restored.stderr
        assert (other.data / "keys" / "master.json").read_bytes() == (one.data / "keys" / "master.json").read_bytes()
        other.start()
        assert other.alive()


def test_times_are_told(filled, tmp_path, clock):
    backup.save(filled, tmp_path / "saved", keys=False, passphrase="")
    said = restore.load(filled, tmp_path / "saved", passphrase="", sure=True)
    assert times.iso(clock.at) in said[0]
