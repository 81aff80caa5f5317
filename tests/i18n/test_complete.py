"""No word of the interface escapes translation: pages, refusals, parts and mails, heard in the pseudo-language."""

import re

import pytest
import sqlalchemy as sa
from babel import Locale

from tests.i18n.spoken import LETTERS, calendar, heard, unwrapped
from tests.push.house import mail, mails, relay
from tests.test_walk import NOT_IDS, examples, filled, rules, world
from webapp import db, i18n, times
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.inbox.canned.changes.models import CannedChange
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.models import Author
from webapp.inbox.rules.models import InboxRule
from webapp.networks import NETWORKS
from webapp.people.models import Organization, Person, Region
from webapp.posts.labels.models import Label
from webapp.posts.models import Medium, Post

__all__ = ["world"]
PROPER = {"Nod", "English", "Polski", "UTC", "tests", "example", "Europe", "Poland", "Polish", "CET"}
"""Ours, of the cast, and what CLDR and the time zone database name."""
HOSTILE = {
    "text": "x" * 20_000,
    "name": "",
    "email": "nobody",
    "code": "1",
    "zone": "Nowhere",
    "to": "x",
    "when": "slot",
}
WRITES = ({}, HOSTILE)
LISTENS = {"Accept-Language": "en-XA"}


@pytest.fixture
def names(world):
    """Words that are nobody's to translate: of the cast, their places and their networks."""
    found = [*db.session.scalars(sa.select(Person.name)), *db.session.scalars(sa.select(Region.name))]
    found += [*db.session.scalars(sa.select(Channel.handle)), *db.session.scalars(sa.select(Organization.name))]
    found += [times.place(zone) for zone in db.session.scalars(sa.select(Region.zone))]
    found += [*db.session.scalars(sa.select(Person.email)), *db.session.scalars(sa.select(Label.name))]
    found += [*db.session.scalars(sa.select(Medium.alt)), *db.session.scalars(sa.select(Asset.name))]
    found += [each.label for each in NETWORKS.values()]
    found += [*db.session.scalars(sa.select(Author.name)), *db.session.scalars(sa.select(CannedReply.title))]
    found += [*db.session.scalars(sa.select(CannedChange.title)), *db.session.scalars(sa.select(InboxRule.name))]
    found += [*db.session.scalars(sa.select(CannedReply.code)), *Locale("en").languages.values()]
    return PROPER | calendar() | {word for name in found for word in LETTERS.findall(name)}


@pytest.fixture
def speaking(world):
    """Everybody reads the pseudo-language."""
    db.session.execute(sa.update(Person).values(language="en-XA"))
    db.commit()
    db.session.remove()
    return world


def faults(answer, names, where):
    """Each unwrapped text of an answer, with where it was heard."""
    if answer.mimetype != "text/html" or 300 <= answer.status_code < 400:
        return []
    return [f"{where} ({answer.status_code}): {text[:120]}" for text in unwrapped(heard(answer.text), names)]


def paths(app, method):
    """(rule, path) of every address; made at once, because what is posted changes what is there."""
    known = [rule for _, rule in rules(app, method) if not NOT_IDS & rule.arguments]
    return [(rule.rule, filled(app, rule, examples(rule))) for rule in known]


@pytest.mark.thorough
def test_every_page_speaks_the_language_of_its_reader(app, speaking, names):
    wrong = []
    for who in ("administrator", "author", "approver", "analyst", "stranger"):
        for rule, path in paths(app, "GET"):
            wrong += faults(getattr(speaking, who).get(path), names, f"{who} {rule}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_every_page_outside_speaks_the_language_of_the_browser(app, speaking, names):
    wrong, browser = [], speaking.signed_out()
    for rule, path in paths(app, "GET"):
        wrong += faults(browser.get(path, headers=LISTENS), names, rule)
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.mark.thorough
@pytest.mark.parametrize("htmx", [False, True])
def test_every_refusal_speaks_the_language_of_its_reader(app, speaking, names, htmx):
    wrong, seen, all_paths = [], set(), paths(app, "POST")
    for who in ("author", "approver", "administrator"):
        for rule, path in all_paths:
            if "sign" in rule:
                continue
            for data in WRITES:
                answer = getattr(speaking, who).post(path, dict(data), htmx=htmx, headers=dict(LISTENS))
                seen.add(answer.status_code)
                wrong += faults(answer, names, f"{who} POST {rule}")
    assert {404, 409, 422} <= seen
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_what_is_built_in_is_named_in_the_language_of_the_reader(speaking):
    """Roles and the first stage are stored in English."""
    roles = speaking.administrator.get("/roles").text
    assert "[Pļáññér" in roles
    assert "Planner" not in roles
    post = db.session.scalars(sa.select(Post.id)).first()
    page = speaking.author.get(f"/posts/{post}").text
    assert "[Áppróváļ" in page
    assert ">Approval<" not in page


def test_a_mail_speaks_the_language_of_its_receiver(speaking, names, clock, config):
    relay()
    clock.forward(minutes=5)
    assert mail() > 0
    texts = []
    for letter in mails(config):
        texts.append(letter["Subject"])
        texts += heard(letter.get_body(("html",)).get_content())
        texts += letter.get_body(("plain",)).get_content().splitlines()
    theirs = "|".join(re.escape(f'"{text}"') for text in db.session.scalars(sa.select(Post.text)))
    plain = [re.sub(rf"https://\S+|{theirs}", "", text) for text in texts]
    assert not unwrapped(plain, names)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 postów"),
        (1, "1 post"),
        (2, "2 posty"),
        (5, "5 postów"),
        (12, "12 postów"),
        (22, "22 posty"),
        (25, "25 postów"),
        (1.5, "1,5 posta"),
    ],
)
def test_polish_counts_in_four_forms(n, said):
    with i18n.speaking("pl"):
        assert i18n.ngettext("%(n)s post", "%(n)s posts", n) == said


def test_polish_tells_a_time_with_its_place_in_polish():
    at = times.plan(times.parse_wall("2027-11-25T18:30"), "Europe/Warsaw").at
    with i18n.speaking("pl"):
        said = i18n.gettext(
            "%(hour)s, %(day)s, %(place)s",
            hour=times.hour(at, "Europe/Warsaw"),
            day=times.day(at, "Europe/Warsaw"),
            place=times.place("Europe/Warsaw"),
        )
        assert said == "czw., 25 lis 2027, 18:30, Warszawa"
        assert times.place("America/New_York") == "Nowy Jork"
    with i18n.speaking("en"):
        assert times.place("Europe/Warsaw") == "Warsaw"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_city_is_spelled_as_its_region_is(language):
    """CLDR leaves it to the zone database, which writes it without the accent: the same name twice, once wrong."""
    with i18n.speaking(language):
        assert times.place("America/Sao_Paulo") == "São Paulo"
