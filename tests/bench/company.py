"""The seeded company: 330 channels in 33 regions, 200 people who may sign in, posts by the ten thousand, 200 waiting.

Rows go in by bulk INSERT, in the shapes that the verbs write, so that a company of 200,000 posts is there in a minute.
"""

import hashlib
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Ask, Decision, Submission, Workflow
from webapp.channels.models import Channel
from webapp.db import Base, new_id, session
from webapp.events import Event
from webapp.people import organizations, sessions
from webapp.people.models import Organization, Person, Region
from webapp.posts.models import Post, Revision, Variant
from webapp.publishing.models import Delivery

ZONES = (
    "Europe/Warsaw",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Dubai",
    "Europe/London",
    "America/New_York",
)
TEXT = (
    "Chłodniejsze wieczory, cieplejszy smak. Pomela grejpfrut już w sklepach, bez dodatku cukru. #pomela #jesień",
    "Marmalade Monday came early this week: three recipes with grapefruit, one of them for people in a hurry.",
    "Piquenique no parque: leve Pomela, a gente leva a toalha. Sábado às dez, perto do lago.",
    "أمسيات دبي أجمل مع بوميلا. نلتقي عند المارينا يوم الخميس",
    "金曜日のレシピ。グレープフルーツのチーズケーキ、焼かずに作れます。",
)
CHUNK = 2000


@dataclass(frozen=True)
class Company:
    """What the benches need to know. `tokens` are session cookies: approvers of all regions, one a person."""

    organization_id: uuid.UUID
    tokens: list[str]
    approver_token: str
    regions: int
    channels: int
    posts: int
    waiting: int


def seed(
    posts: int = 20_000, waiting: int = 200, people: int = 200, channels: int = 330, workflows: int = 1
) -> Company:
    """Fill an empty, migrated database; `db.init` has been called. `workflows`: one for all, then regions, channels."""
    dice = random.Random(26)
    organization = organizations.create("Pomela", zone="Europe/London")
    top = organizations.root_of(organization.id)
    regions = [
        organizations.add_region(
            organization.id, top, name=f"Region {n:02}", zone=ZONES[n % len(ZONES)], language="en", by=None
        )
        for n in range(33)
    ]
    authors = [_person(organization, "author", regions[n % 33], f"author{n}") for n in range(25)]
    approvers = [_person(organization, "approver", top, f"approver{n}") for n in range(people)]
    feeds = _channels(organization, regions, channels)
    paths = _workflows(organization, [None, *regions, *feeds][:workflows])
    db.commit()
    _posts(organization, paths, feeds, authors, approvers, posts, waiting, dice)
    tokens = [sessions.start(person, organization.id, device="bench") for person in approvers]
    db.commit()
    _analyse()
    return Company(organization.id, tokens, tokens[0], len(regions), channels, posts, waiting)


def _person(organization: Organization, role: str, region: Region, name: str) -> Person:
    person = organizations.person_for(f"{name}@bench.example", name.title(), zone=region.zone)
    member = organizations.add_member(organization.id, person, role, region, by=None)
    member.joined_at = member.invited_at
    return person


Paths = dict[uuid.UUID | None, Workflow]
"""The workflow of a channel, a region, or (None) of the organization."""


def _workflows(organization: Organization, places: Sequence[Region | Channel | None]) -> Paths:
    """The organization's has one stage, each other one a stage more: a second person, asked afterwards."""
    stage = {"permission": "approve", "needed": "any", "author_may": False}
    made = {}
    for place in places:
        names = ("Approval", "Market") if place else ("Approval",)
        scope = place.__tablename__.removesuffix("s") if place else "organization"
        made[place.id if place else None] = Workflow(
            id=new_id(),
            organization_id=organization.id,
            name=place.name if place else "Approval",
            scope=scope,
            stages=[{"id": name.lower(), "name": name, **stage} for name in names],
            **({f"{scope}_id": place.id} if place else {}),
        )
    session.add_all(made.values())
    session.flush()
    return made


def _path(paths: Paths, feed: Channel) -> Workflow:
    """The nearest: a channel's own, else its region's, else the organization's."""
    return paths.get(feed.id) or paths.get(feed.region_id) or paths[None]


def _channels(organization: Organization, regions: list[Region], count: int) -> list[Channel]:
    feeds = []
    for n in range(count):
        region = regions[n % len(regions)]
        feeds.append(
            Channel(
                id=new_id(),
                organization_id=organization.id,
                region_id=region.id,
                network="site",
                remote_id=f"feed{n}",
                handle=f"feed{n}",
                name=f"Feed {n}",
                slug=f"feed{n}",
                region=region,
            )
        )
    session.add_all(feeds)
    session.flush()
    return feeds


def _posts(
    organization: Organization,
    paths: Paths,
    feeds: list[Channel],
    authors: list[Person],
    approvers: list[Person],
    posts: int,
    waiting: int,
    dice: random.Random,
) -> None:
    for start in range(0, posts, CHUNK):
        rows: dict[type[Base], list[dict[str, Any]]] = {}
        for n in range(start, min(start + CHUNK, posts)):
            for model, row in _post(n, organization, paths, feeds, authors, approvers, n < waiting, dice):
                rows.setdefault(model, []).append(row)
        for model in (Post, Variant, Revision, Submission, Decision, Delivery, Event):
            if rows.get(model):
                session.execute(sa.insert(model), rows[model])
        asks = [row for asked in rows[Submission] if asked["ended_at"] is None for row in _asks(asked, approvers)]
        if asks:
            session.execute(sa.insert(Ask), asks)
        db.commit()


def _post(
    n: int,
    organization: Organization,
    paths: Paths,
    feeds: list[Channel],
    authors: list[Person],
    approvers: list[Person],
    waiting: bool,
    dice: random.Random,
) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    feed, author, text = feeds[dice.randrange(len(feeds))], authors[n % len(authors)], dice.choice(TEXT)
    zone, post_id, revision_id = feed.region.zone, new_id(), new_id()
    slot = times.now() + (timedelta(minutes=dice.randrange(60, 20_000)) if waiting else -timedelta(minutes=n + 60))
    scope = {"organization_id": organization.id, "region_id": feed.region_id}
    planned = times.planned_from(slot.replace(second=0, microsecond=0), zone)
    when = {"planned_at": planned.at, "zone": zone, "wall": planned.wall.isoformat(timespec="minutes")}
    state = "waiting" if waiting else "published"
    made = slot - timedelta(days=2)
    yield (
        Post,
        {
            "id": post_id,
            **scope,
            "author_id": author.id,
            "text": text,
            "language": "en",
            **when,
            "state": state,
            "slot_at": planned.at,
            "current_id": revision_id,
            "created_at": made,
            "updated_at": made,
        },
    )
    yield (
        Variant,
        {"id": new_id(), "post_id": post_id, "channel_id": feed.id, "text": None, "own_media": False},
    )
    content = _content(feed, text, planned)
    yield (
        Revision,
        {
            "id": revision_id,
            "organization_id": organization.id,
            "post_id": post_id,
            "number": 1,
            "hash": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            "content": content,
            "author_id": author.id,
            "planned_at": planned.at,
            "created_at": made,
        },
    )
    submission_id = new_id()
    yield (
        Submission,
        {
            "id": submission_id,
            **scope,
            "post_id": post_id,
            "revision_id": revision_id,
            "workflow_id": _path(paths, feed).id,
            "person_id": author.id,
            "deadline": planned.at,
            "at": made,
            "stage": 0 if waiting else 1,
            "cleared_at": None if waiting else made,
            "ended_at": None if waiting else slot,
            "outcome": None if waiting else "done",
            "summary": {
                "line": text,
                "language": "en",
                "zone": zone,
                "channels": [str(feed.id)],
                "thumb": "",
                "checks": [],
            },
        },
    )
    if not waiting:
        yield (
            Decision,
            {
                "id": new_id(),
                **scope,
                "submission_id": submission_id,
                "post_id": post_id,
                "revision_id": revision_id,
                "stage": 0,
                "person_id": approvers[n % len(approvers)].id,
                "verdict": "approve",
                "at": made,
            },
        )
        yield (
            Delivery,
            {
                "id": new_id(),
                **scope,
                "post_id": post_id,
                "revision_id": revision_id,
                "channel_id": feed.id,
                "key": uuid.uuid4().hex,
                "state": "published",
                "planned_at": planned.at,
                "due_at": planned.at,
                "published_at": slot,
                "remote_id": "x",
            },
        )
    yield Event, _event(post_id, scope, author.id, made)


def _asks(asked: dict[str, Any], approvers: list[Person]) -> Iterator[dict[str, Any]]:
    """Everybody who approves is asked about what waits: they do so in every region."""
    shown = {name: asked[name] for name in ("organization_id", "region_id")}
    for person in approvers:
        yield {
            "id": new_id(),
            **shown,
            "submission_id": asked["id"],
            "person_id": person.id,
            "for_id": None,
            "stage": 0,
            "sort_at": asked["deadline"],
            "since": asked["at"],
        }


def _event(post_id: uuid.UUID, scope: dict[str, Any], person_id: uuid.UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        **scope,
        "at": at,
        "kind": "post.submitted",
        "person_id": person_id,
        "subject_type": "posts",
        "subject_id": post_id,
        "data": {},
        "origin": "seed",
    }


def _content(feed: Channel, text: str, planned: times.Planned) -> dict[str, Any]:
    return {
        "v": 1,
        "region": str(feed.region_id),
        "language": "en",
        "as_soon": False,
        "instant": times.iso(planned.at),
        "zone": planned.zone,
        "wall": planned.wall.isoformat(timespec="minutes"),
        "channels": [
            {
                "channel": str(feed.id),
                "network": feed.network,
                "handle": feed.handle,
                "parts": [{"kind": "text", "text": text}],
            }
        ],
    }


def _analyse() -> None:
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if not db.is_sqlite() else "ANALYZE")
