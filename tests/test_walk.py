"""Every address of the house, walked: by those who may not see, by a crawler that must change nothing, and by links.

A new address with an id is walked as soon as it exists; a new kind of id needs an example in `EXAMPLES`.
"""

import hashlib
import re
import uuid
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from tests.inbox import make as inbox
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.approvals.bulk.models import Bulk
from webapp.approvals.guests import inviting
from webapp.approvals.guests.models import Invitation
from webapp.approvals.models import Decision, Submission, Workflow
from webapp.assets import store
from webapp.calendar.models import CalendarFeed, DayImport, OwnDay
from webapp.calendar.series import changing as repeating
from webapp.calendar.series.models import Occurrence, Series
from webapp.calendar.shifting.models import Shift
from webapp.channels import connect
from webapp.channels.models import Channel, Consent
from webapp.demo import pictures as drawn
from webapp.inbox.approval.guards import digest
from webapp.inbox.approval.models import ReplyApproval
from webapp.inbox.canned.changes.models import CannedChange
from webapp.inbox.canned.models import CannedReply, Macro
from webapp.inbox.models import Author, Conversation, Message, Note
from webapp.inbox.replying.models import Reply
from webapp.inbox.rules.models import InboxRule
from webapp.inbox.work import noting
from webapp.networks import network
from webapp.people import sessions
from webapp.people.models import Grant, Membership, Passkey, Person, Region, Role, SignIn
from webapp.posts import comments, drafts, pictures
from webapp.posts.adapting import asking
from webapp.posts.adapting.models import Adaptation
from webapp.posts.ideas.models import Idea
from webapp.posts.importing.models import Import
from webapp.posts.labels.models import Label
from webapp.posts.models import Comment, Medium, Post, Revision
from webapp.posts.templating import keeping as templates
from webapp.posts.templating.models import Template
from webapp.publishing import pauses
from webapp.publishing.models import Delivery, Pause
from webapp.push.models import Subscription

NOT_IDS = {"key", "slug", "name", "fingerprint", "ending", "token"}
WORDS = {"kind": "labels", "number": "0"}
"""Parts of an address that are words of ours."""
FOR_THE_WHOLE_COMPANY = {"role_id", "row_id", "line_id"}
"""What belongs to no region: a teammate elsewhere sees that it is there, and may not touch it."""
UNSEEN_WRITES = {"answers", "leases", "heartbeats"}
MOST_PAGES = 250


def of_warsaw(model):
    """Any row of Warsaw's."""
    return db.session.scalars(sa.select(model.id).where(model.region_id == warsaw()).order_by(model.id)).first()


def warsaw():
    return db.session.scalars(sa.select(Region.id).where(Region.name == "Warsaw")).one()


def first(model):
    return db.session.scalars(sa.select(model.id).order_by(model.id)).first()


def author(column):
    query = sa.select(column).join(Membership, Membership.person_id == column.class_.person_id)
    return db.session.scalars(query.where(Membership.id == _member())).first()


def _member():
    return db.session.scalars(
        sa.select(Grant.membership_id).join(Role).where(Grant.region_id == warsaw(), Role.key == "author")
    ).first()


def _person():
    return db.session.scalars(sa.select(Membership.person_id).where(Membership.id == _member())).one()


EXAMPLES = {
    "post_id": lambda: of_warsaw(Post),
    "channel_id": lambda: of_warsaw(Channel),
    "region_id": warsaw,
    "delivery_id": lambda: of_warsaw(Delivery),
    "decision_id": lambda: of_warsaw(Decision),
    "submission_id": lambda: of_warsaw(Submission),
    "comment_id": lambda: of_warsaw(Comment),
    "bulk_id": lambda: first(Bulk),
    "invitation_id": lambda: of_warsaw(Invitation),
    "pause_id": lambda: of_warsaw(Pause),
    "revision_id": lambda: first(Revision),
    "adaptation_id": lambda: of_warsaw(Adaptation),
    "conversation_id": lambda: of_warsaw(Conversation),
    "message_id": lambda: of_warsaw(Message),
    "note_id": lambda: of_warsaw(Note),
    "author_id": lambda: first(Author),
    "reply_id": lambda: of_warsaw(Reply),
    "canned_id": lambda: of_warsaw(CannedReply),
    "change_id": lambda: of_warsaw(CannedChange),
    "macro_id": lambda: of_warsaw(Macro),
    "rule_id": lambda: of_warsaw(InboxRule),
    "row_id": lambda: first(Label),
    "day_id": lambda: of_warsaw(OwnDay),
    "import_id": lambda: first(Import),
    "idea_id": lambda: of_warsaw(Idea),
    "template_id": lambda: of_warsaw(Template),
    "taken_id": lambda: of_warsaw(DayImport),
    "feed_id": lambda: first(CalendarFeed),
    "shift_id": lambda: first(Shift),
    "series_id": lambda: of_warsaw(Series),
    "occurrence_id": lambda: of_warsaw(Occurrence),
    "line_id": lambda: db.session.scalars(sa.select(Workflow.line_id).where(Workflow.current)).first(),
    "medium_id": lambda: first(Medium),
    "consent_id": lambda: first(Consent),
    "passkey_id": lambda: first(Passkey),
    "role_id": lambda: db.session.scalars(sa.select(Role.id).join(Grant).where(Grant.region_id == warsaw())).first(),
    "grant_id": lambda: db.session.scalars(sa.select(Grant.id).where(Grant.membership_id == _member())).first(),
    "member_id": _member,
    "person_id": _person,
    "subscription_id": lambda: first(Subscription),
    "session_id": lambda: db.session.scalars(sa.select(SignIn.id).where(SignIn.person_id == _person())).first(),
}


@pytest.fixture
def world(app, cast, monkeypatch):
    """Something of every kind, all of it Warsaw's."""
    store.configure(app.config["NOD"])
    by, approver = cast.actor("author"), cast.actor("approver")
    region = db.session.get_one(Region, cast.warsaw.id)
    profile = network("site").connect({"name": "Warsaw feed"})
    channel = connect.connect("site", profile, region, by.id, by)
    db.commit()
    post = _post(region, channel, by)
    submission.submit(post, by)
    db.commit()
    inviting.invite(post, "ola@sok.example", "Ola", "en", 7, by)
    db.commit()
    decisions.decide(post, post.current_id, "approve", approver)
    pauses.pause(region, "news", approver)
    _rows(cast, by, region)
    _written(cast, by)
    _asked(cast, region)
    repeating.begin(post, repeating.Wanted("weekly", 1, (1,), None, None), by)
    templates.keep(post, "A template", by, own=False)
    db.commit()
    db.session.remove()
    return cast


def _post(region, channel, by):
    post = drafts.create(region, by, text="Words", channels=[channel])
    db.session.flush()
    asset = store.take(drawn.draw("halves"), "halves.png", region=region, by=by)
    medium = pictures.add(post, asset, by)
    values = drafts.Values(
        text="Words of a post",
        language="pl",
        region=region,
        channels={channel.id: drafts.Own()},
        planned=times.planned_from(times.now().replace(second=0, microsecond=0) + timedelta(days=1), region.zone),
        alts={medium.id: ("Halves", False)},
    )
    drafts.save(post, values, by, version=post.version)
    comments.add(post, "A word to the team", by)
    db.commit()
    return post


def _written(cast, by):
    """Somebody wrote to Warsaw, and was answered with a canned reply."""
    thread = inbox.conversation(cast, text="Words to Warsaw")
    noting.note(thread, "A note", by)
    said = db.session.scalars(sa.select(Message).where(Message.conversation_id == thread.id)).one()
    here = {"organization_id": thread.organization_id, "region_id": thread.region_id}
    there = {"channel_id": thread.channel_id, "conversation_id": thread.id, "message_id": said.id}
    reply = {"person_id": by.id, "key": "k" * 16, "due_at": times.now(), "text": "Words back", "state": "sent"}
    words = Reply(**here, **there, **reply)
    db.session.add(words)
    db.session.add(ReplyApproval(**here, reply=words, text_hash=digest("Words back"), why=[]))
    canned = CannedReply(**here, id=db.new_id(), code="late", title="Late", texts={"en": "Sorry"})
    db.session.add(canned)
    db.session.flush()
    waits = {"code": "late", "title": "Later", "folder": "", "texts": {"en": "Words that wait"}, "by_id": by.id}
    db.session.add(CannedChange(**here, canned_id=canned.id, version=1, **waits))
    db.session.add(Macro(**here, name="Sorry and done"))
    late = {"conditions": [], "actions": [{"key": "snooze", "of": ["hour"]}]}
    db.session.add(InboxRule(**here, **late, name="Later", place=1))


def _asked(cast, region):
    """What headquarters asked Warsaw to adapt."""
    by = cast.actor("planner")
    top = db.session.get_one(Region, cast.headquarters.id)
    original = drafts.create(top, by, text="Words for every region. Locked ones.")
    asking.hand_on(original, asking.Handing(regions=[region], passages=["Locked ones."]), by)


def _rows(cast, by, region):
    session_id = db.session.scalars(sa.select(SignIn.id).where(SignIn.person_id == by.id)).first()
    device = {"endpoint_hash": "e", "sealed": "s", "service": "push.example"}
    db.session.add(Subscription(person_id=by.id, session_id=session_id, **device))
    db.session.add(Label(organization_id=region.organization_id, name="Autumn"))
    db.session.add(Idea(organization_id=region.organization_id, region_id=region.id, author_id=by.id, title="An idea"))
    db.session.add(Import(organization_id=region.organization_id, person_id=by.id, digest="d" * 64))
    days = {"first": date(2030, 5, 1), "last": date(2030, 5, 2), "kind": "launch", "name": "Launch"}
    db.session.add(OwnDay(organization_id=region.organization_id, region_id=region.id, **days))
    db.session.add(DayImport(organization_id=region.organization_id, region_id=region.id, person_id=by.id))
    feed = {"person_id": by.id, "token_hash": "t", "sealed": ""}
    db.session.add(CalendarFeed(organization_id=region.organization_id, **feed))
    db.session.add(Bulk(organization_id=region.organization_id, person_id=by.id))
    db.session.add(Shift(organization_id=region.organization_id, person_id=by.id, moved=[], left=[]))
    db.session.add(Passkey(person_id=by.id, credential_id="c", public_key="p", name="Phone"))
    db.session.add(
        Consent(
            organization_id=region.organization_id,
            person_id=by.id,
            session_id=session_id,
            region_id=region.id,
            network="site",
            state_hash="s",
            kept="k",
            profile="p",
        )
    )


def rules(app, *methods):
    """(method, rule) of every address of ours with an id in it."""
    for rule in app.url_map.iter_rules():
        for method in methods:
            if method in rule.methods:
                yield method, rule


def filled(app, rule, ids):
    """The path of a rule with these ids."""
    with app.test_request_context(base_url="https://nod.test"):
        words = {name: word for name, word in WORDS.items() if name in rule.arguments}
        return app.url_map.bind("nod.test").build(rule.endpoint, {**(rule.defaults or {}), **words, **ids})


def ids_of(rule):
    return [name for name in rule.arguments if name not in {*NOT_IDS, *WORDS, *(rule.defaults or {})}]


def examples(rule):
    missing = [name for name in ids_of(rule) if name not in EXAMPLES]
    assert not missing, f"{rule.rule} has ids nobody gave an example for: {missing}"
    found = {name: EXAMPLES[name]() for name in ids_of(rule)}
    assert all(found.values()), f"no row for {[name for name, value in found.items() if value is None]}"
    db.session.remove()
    return found


def send(browser, method, path):
    if method == "GET":
        return browser.get(path)
    return browser.post(path, {"text": "x", "name": "x", "to": ""})


def fingerprint():
    """A hash of every row of every table, but for what a request may always leave behind."""
    from webapp.tables import metadata

    db.session.remove()
    digest = {}
    with db.engine().connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in UNSEEN_WRITES:
                columns = [c for c in table.columns if (table.name, c.name) != ("sessions", "seen_at")]
                rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
                digest[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digest


@pytest.mark.thorough
@pytest.mark.one_database
def test_a_lost_zone_country_or_subdivision_breaks_no_page(app, world):
    """Governments rename them, and a zone database may have no such zone any more: times are shown in UTC then."""
    walked = [rule for _method, rule in rules(app, "GET") if not NOT_IDS & rule.arguments and rule.rule != "/readyz"]
    paths = [filled(app, rule, examples(rule)) for rule in walked]
    db.session.execute(sa.update(Region).values(zone="Mars/Olympus", country="ZZ", subdivision="ZZ-Z"))
    for model in (Person, Post):
        db.session.execute(sa.update(model).values(zone="Mars/Olympus"))
    db.commit()
    assert [path for path in paths if world.administrator.get(path).status_code >= 500] == []


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["stranger", "teammate"])
def test_what_is_not_theirs_is_not_there(app, world, who):
    """The same answer as for an id that nobody has, and no row changes."""
    browser, before, wrong = getattr(world, who), fingerprint(), []
    for method, rule in rules(app, "GET", "POST"):
        if not ids_of(rule) or NOT_IDS & rule.arguments:
            continue
        real = examples(rule)
        random = {name: uuid.uuid4() for name in real}
        answer = send(browser, method, filled(app, rule, real))
        nobody = send(browser, method, filled(app, rule, random))
        if who == "teammate" and FOR_THE_WHOLE_COMPANY & real.keys():
            fine = answer.status_code in (403, 404) or (method, answer.status_code) == ("GET", 200)
        else:
            fine = answer.status_code in (404, 410) and (answer.status_code, answer.data) == (
                nobody.status_code,
                nobody.data,
            )
        if not fine:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}, for nobody's id {nobody.status_code}")
    assert not wrong, "\n".join(wrong)
    assert fingerprint() == before


@pytest.mark.one_database
def test_a_crawl_of_every_page_writes_nothing(app, world):
    before, wrong = fingerprint(), []
    for _, rule in rules(app, "GET"):
        if NOT_IDS & rule.arguments:
            continue
        answer = world.administrator.get(filled(app, rule, examples(rule)))
        if answer.status_code >= 500:
            wrong.append(f"{rule.rule}: {answer.status_code}")
    assert not [line for line in wrong if "/readyz" not in line]
    assert fingerprint() == before


def test_nobody_gets_in_without_a_session(app, world):
    browser, wrong = world.signed_out(), []
    for method, rule in rules(app, "GET", "POST"):
        if getattr(app.view_functions[rule.endpoint], "is_public", False) or NOT_IDS & rule.arguments:
            continue
        answer = send(browser, method, filled(app, rule, examples(rule)))
        if answer.status_code not in (303, 401, 403) or b"Words of a post" in answer.data:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.one_database
@pytest.mark.parametrize("who", ["administrator", "author", "approver", "analyst"])
def test_no_link_leads_nowhere(world, who):
    """From Today, by links: every page a person is led to is there for them."""
    browser, waiting, seen, wrong = getattr(world, who), ["/"], {"/"}, []
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        answer = browser.get(path)
        if answer.status_code >= 400:
            wrong.append(f"{path}: {answer.status_code}")
        if answer.mimetype != "text/html":
            continue
        for link in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.get_data(as_text=True)):
            plain = unescape(link)
            if plain not in seen and not plain.startswith("/static/"):
                seen.add(plain)
                waiting.append(plain)
    assert not wrong, "\n".join(wrong)


def test_a_session_that_ended_sees_nothing(world):
    row = db.session.scalars(sa.select(SignIn).where(SignIn.person_id == world.people["author"].id)).first()
    sessions.end(row, None)
    db.commit()
    assert world.author.get("/posts").status_code == 303
