"""The small commands: a code, an organization, the demo company, a new key; and what each refuses in one sentence."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.servers.nod import house
from webapp import db, vault
from webapp.channels.account import account, put_secrets
from webapp.channels.models import Channel
from webapp.ops import forget, people, rotate
from webapp.people import codes
from webapp.people.models import Organization, SignInCode


def test_a_printed_code_signs_in_once(cast):
    mail = cast.people["approver"].email
    (line,) = people.code(mail.upper())
    db.commit()
    code = re.match(r"\d{6}", line)[0]
    assert codes.spend(mail, code) is None
    db.commit()
    assert codes.spend(mail, code) is not None


def test_a_new_key_seals_and_the_old_one_still_opens(cast, config):
    channel = Channel(
        id=db.new_id(),
        organization_id=cast.organization.id,
        region_id=cast.warsaw.id,
        network="site",
        remote_id="x",
        handle="@pomela",
        name="Pomela",
    )
    db.session.add(channel)
    put_secrets(channel, {"token": "canary-9"})
    db.commit()
    before = channel.secrets
    said = rotate.keys(config)
    db.commit()
    assert said[0] == "1 secrets are sealed with key k2."
    assert channel.secrets.startswith("k2.")
    assert account(channel).secrets == {"token": "canary-9"}
    assert vault.vault().open(before, f"channel:{cast.organization.id}:{channel.id}")
    assert list(vault.load(config).keys) == ["k1", "k2"]


def test_keys_of_the_environment_are_not_written(cast, config):
    said = rotate.keys(replace(config, keys="elsewhere"))
    assert "k1" in said[0]
    assert list(vault.load(config).keys) == ["k1"]


def test_what_is_old_is_forgotten_and_nothing_else(cast, clock):
    codes.issue("somebody@pomela.example")
    db.commit()
    clock.forward(hours=23)
    assert forget.old() == 0
    clock.forward(hours=2)
    assert forget.old() == 1
    db.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInCode)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2


@pytest.mark.thorough
def test_an_organization_from_the_terminal():
    with house(NOD_DEMO="0") as one:
        early = one.command("code", "admin@kolektyw.example")
        assert early.returncode == 2
        assert early.stderr == "The database is empty or of an older version: run `nod migrate` first.\n"
        assert one.command("migrate").returncode == 0
        wrong = one.command("create-organization", "Kolektyw", "admin@kolektyw.example", "--zone", "Europe/Nowhere")
        assert (wrong.returncode, wrong.stderr) == (2, "Choose a time zone from the list.\n")
        made = one.command("create-organization", "Kolektyw", "admin@kolektyw.example", "--zone", "Europe/Warsaw")
        assert made.returncode == 0, made.stderr
        code = one.command("code", "admin@kolektyw.example")
        assert re.match(r"\d{6} ", code.stdout)
        again = one.command("demo")
        assert again.returncode == 2
        assert "already" in again.stderr


@pytest.mark.parametrize("words", [["nonsense"], ["backup"], []])
def test_a_wrong_command_says_how(words):
    with house() as one:
        done = one.command(*words)
        assert done.returncode == 2
        assert done.stderr.startswith("usage: nod")
