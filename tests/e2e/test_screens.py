"""Every screen as people hold it: phone and desk, light and dark, longer words, mirrored; nothing sticks out."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from babel import Locale
from playwright.sync_api import Page

from webapp import db, i18n
from webapp.approvals.guests.models import Guest
from webapp.channels.models import Channel
from webapp.inbox.canned.models import CannedReply, Macro
from webapp.inbox.models import Author
from webapp.inbox.rules.models import InboxRule
from webapp.people.models import Membership, Person, Region
from webapp.posts.labels.models import Campaign, Label

from . import addresses, look
from .browsers import PHONE, shot, watched
from .company import Company

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
WHO = "administrator"
OTHERWISE_WIDE = ("today", "approvals", "card-waiting", "posts", "post-partly", "compose-draft", "activity", "people")
"""What has more or other parts on a desk."""
NARROW, HELD, WIDE = ({"width": w, "height": h} for w, h in ((320, 640), (390, 844), (1280, 800)))


def test_every_screen_fits_and_follows_the_rules(pomela: Company) -> None:
    found: dict[str, list[str]] = {}
    with pomela.phone(WHO) as page:
        for name, path in addresses.everything(pomela).items():
            found[name] = list(in_every_size(page, name, path))
        for name, path in addresses.under_a_pause(pomela).items():
            found[name] = list(in_every_size(page, name, path))
        for name, path in addresses.after_a_pause(pomela).items():
            found[name] = list(in_every_size(page, name, path))
    with watched(pomela.browser, pomela.base, PHONE) as page:
        for name, path in addresses.OUTSIDE.items():
            found[name] = list(in_every_size(page, name, path))
    assert not any(found.values()), listed(found)


@pytest.mark.parametrize("language", ["pl", "en-XA", "ar-XB"])
def test_every_screen_speaks_and_mirrors(pomela: Company, language: str) -> None:
    pomela.entered(WHO)
    speak(pomela, language)
    found = {}
    names = pomela.act(own_words)
    with pomela.phone(WHO) as page:
        for name, path in addresses.everything(pomela).items():
            if name == "feed":
                continue
            page.goto(path)
            shot(page, f"{name}-{language}")
            found[name] = look.sideways(page)
            if language == "en-XA":
                found[name] += look.untranslated(page, names)
            else:
                assert page.locator("html").get_attribute("dir") == i18n.direction(language)
            page.set_viewport_size(NARROW)
            found[name] += look.sideways(page)
            page.set_viewport_size(HELD)
    speak(pomela, "en")
    assert not any(found.values()), listed(found)


def in_every_size(page: Page, name: str, path: str) -> Iterator[str]:
    """Everything that is wrong with a screen, in the sizes and lights people use."""
    page.goto(path)
    look.still(page)
    shot(page, f"{name}-light")
    yield from look.sideways(page)
    yield from look.rules(page)
    page.emulate_media(color_scheme="dark")
    look.still(page)
    shot(page, f"{name}-dark")
    yield from (f"dark: {each}" for each in look.rules(page, ["color-contrast"]))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    look.still(page)
    shot(page, f"{name}-narrow")
    yield from (f"narrow: {each}" for each in look.sideways(page))
    page.set_viewport_size(WIDE)
    shot(page, f"{name}-wide")
    yield from (f"wide: {each}" for each in look.sideways(page))
    if name in OTHERWISE_WIDE:
        yield from (f"wide: {each}" for each in look.rules(page))
    page.set_viewport_size(HELD)


def speak(pomela: Company, language: str) -> None:
    """Let the person read another language."""

    def change() -> None:
        person = db.session.get_one(Person, pomela.actor(WHO).id)
        person.language = language

    pomela.act(change)


def own_words() -> set[str]:
    """Words that are names, languages, days or months, and so are nobody's to translate."""
    named = [*db.session.scalars(sa.select(Person.name)), *db.session.scalars(sa.select(Region.name))]
    named += db.session.scalars(sa.select(Channel.handle))
    named += [*db.session.scalars(sa.select(Membership.title)), *db.session.scalars(sa.select(Person.email))]
    named += [*db.session.scalars(sa.select(Label.name)), *db.session.scalars(sa.select(Campaign.name))]
    named += [part for row in db.session.scalars(sa.select(CannedReply)) for part in (row.title, row.code, row.folder)]
    named += [*db.session.scalars(sa.select(Macro.name)), *db.session.scalars(sa.select(Author.name))]
    named += [*db.session.scalars(sa.select(InboxRule.name))]
    named += [part for row in db.session.scalars(sa.select(Guest)) for part in (row.name, row.email)]
    named += Locale("en").languages.values()
    plain = Locale("en", "GB")
    for width in ("abbreviated", "wide"):
        named += [*plain.days["format"][width].values(), *plain.months["format"][width].values()]
    return {word for name in named for word in look.LETTERS.findall(name)} | set(
        re.findall(r"\w+", "Nod London Pomela São Paulo UTC English Polski Mastodon Bluesky")
    )


def listed(found: dict[str, list[str]]) -> str:
    """One line a fault."""
    return "\n" + "\n".join(f"{name}: {fault}" for name, faults in found.items() for fault in faults)
