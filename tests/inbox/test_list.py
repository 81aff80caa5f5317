"""The list: what each segment holds, filters in the address, pages to the last one, and never another region's."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast, Clock
from tests.inbox import make
from tests.posts import make as posts
from webapp import db, times
from webapp.inbox.models import Conversation
from webapp.inbox.work import labelling, noting
from webapp.posts.labels.models import Label


def lines(browser: Any, path: str = "/inbox") -> list[str]:
    """The first lines of the rows of a page, in order."""
    html = browser.get(path).get_data(as_text=True)
    rows = html[html.index('id="rows"') :]
    return re.findall(r'class="h3"[^>]*>([^<]*)<', rows)


@pytest.fixture
def statements(app: object) -> Iterator[list[str]]:
    """What the database was asked, without what only opens a transaction."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine(), "before_cursor_execute", note)


@pytest.fixture
def some(cast: Cast) -> dict[str, Conversation]:
    """One in each place."""
    me, now = cast.people["author"].id, times.now()
    channel = make.channel(cast)
    found = {
        "mine": make.conversation(cast, channel, text="mine", assignee_id=me),
        "free": make.conversation(cast, channel, text="free", due=timedelta(hours=2)),
        "theirs": make.conversation(cast, channel, text="theirs", assignee_id=cast.people["planner"].id),
        "later": make.conversation(cast, channel, text="later", snoozed_until=now + timedelta(hours=1)),
        "back": make.conversation(cast, channel, text="back", snoozed_until=now - timedelta(hours=1)),
        "done": make.conversation(cast, channel, text="done", state="done", assignee_id=me),
        "junk": make.conversation(cast, channel, text="junk", is_spam=True, spam_by="rule"),
        "gone": make.conversation(cast, channel, text="gone", state="merged"),
    }
    db.commit()
    return found


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("mine", {"mine"}),
        ("unassigned", {"free", "back"}),
        ("all", {"mine", "free", "theirs", "back"}),
        ("snoozed", {"later"}),
        ("done", {"done"}),
        ("spam", {"junk"}),
    ],
)
def test_each_segment_holds_its_own(cast: Cast, some: Any, show: str, expected: set[str]) -> None:
    assert set(lines(cast.author, f"/inbox?show={show}")) == expected


def test_whoever_answers_begins_with_theirs_and_a_reader_with_all(cast: Cast, some: Any) -> None:
    assert lines(cast.author) == ["mine"]
    assert set(lines(cast.analyst)) == {"mine", "free", "theirs", "back"}


def test_counts_are_those_of_the_segments(cast: Cast, some: Any) -> None:
    html = cast.author.get("/inbox").get_data(as_text=True)
    said = dict(re.findall(r'show=(\w+)"[^>]*>\w+ <b class="num">(\d+)', html))
    assert said == {"mine": "1", "unassigned": "2", "all": "4", "snoozed": "1"}
    spam = cast.author.get("/inbox?show=all").get_data(as_text=True)
    assert "1 likely spam" in spam
    assert "junk" not in spam


def test_what_is_due_first_is_on_top_and_what_was_answered_below(cast: Cast) -> None:
    channel = make.channel(cast)
    for text, due in (("in an hour", 60), ("late", -30), ("soon", 5)):
        make.conversation(cast, channel, text=text, due=timedelta(minutes=due))
    for text, ago in (("answered long ago", 90), ("answered just now", 1)):
        make.conversation(cast, channel, text=text, due=None, at=times.now() - timedelta(minutes=ago))
    db.commit()
    wanted = ["late", "soon", "in an hour", "answered just now", "answered long ago"]
    assert lines(cast.author, "/inbox?show=all") == wanted
    assert lines(cast.author, "/inbox?show=all&late=1") == ["late"]


def test_pages_lead_to_the_last_one(cast: Cast, clock: Clock) -> None:
    channel = make.channel(cast)
    texts = [f"n{n:02}" for n in range(45)]
    for n, text in enumerate(texts):
        make.conversation(cast, channel, text=text, due=timedelta(minutes=n // 2))  # pairs with one deadline
    db.commit()
    path, seen = "/inbox?show=all", []
    for _page in range(3):
        html = cast.author.get(path).get_data(as_text=True)
        seen += lines(cast.author, path)
        found = re.search(r'id="more" href="([^"]+)"', html)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(seen) == texts
    assert path == ""


def test_a_damaged_page_mark_is_the_first_page(cast: Cast, some: Any) -> None:
    for after in ("x", "AAAA", "%00", "eyJh"):
        assert lines(cast.author, f"/inbox?show=mine&after={after}") == ["mine"]


def test_filters_stand_in_the_address(cast: Cast) -> None:
    one, other = make.channel(cast), make.channel(cast, network="bluesky")
    label = Label(organization_id=cast.organization.id, name="Delivery")
    db.session.add(label)
    asked = make.conversation(cast, one, text="asked", is_question=True, language="pl")
    make.conversation(cast, other, text="said", language="de")
    far = make.channel(cast, cast.dubai)
    make.conversation(cast, far, text="far", language="ar")
    labelling.label(asked, [label.id], cast.actor("author"))
    db.commit()
    expected = {
        f"channel={one.id}": {"asked"},
        f"region={cast.dubai.id}": {"far"},
        f"region={cast.warsaw.id}": {"asked", "said"},
        "network=bluesky": {"said"},
        "language=pl": {"asked"},
        f"label={label.id}": {"asked"},
        "question=1": {"asked"},
        "language=pl&network=bluesky": set(),
        "network='; drop": {"asked", "said", "far"},
    }
    for query, texts in expected.items():
        assert set(lines(cast.planner, f"/inbox?show=all&{query}")) == texts, query
    html = cast.planner.get(f"/inbox/filters?show=all&channel={one.id}").get_data(as_text=True)
    assert f'value="{one.id}" selected' in html


def test_nobody_sees_another_region(cast: Cast, some: Any) -> None:
    far = make.conversation(cast, make.channel(cast, cast.dubai), text="far")
    db.commit()
    for show in ("mine", "unassigned", "all", "snoozed", "done", "spam"):
        assert "far" not in lines(cast.author, f"/inbox?show={show}")
        assert not set(lines(cast.teammate, f"/inbox?show={show}")) & {"mine", "free", "later", "done", "junk"}
        assert lines(cast.stranger, f"/inbox?show={show}") == []
    assert lines(cast.teammate, f"/inbox?show=all&region={cast.warsaw.id}") == []
    assert lines(cast.stranger, "/inbox?q=far") == []
    assert "far" in lines(cast.teammate, "/inbox?q=far")
    assert cast.author.get(f"/inbox/{far.id}").status_code == 404


def test_a_search_looks_everywhere_the_newest_first(cast: Cast, some: Any) -> None:
    make.message(some["done"], "A parcel with pomelo")
    make.message(some["mine"], "Pomelo again")
    db.commit()
    assert lines(cast.author, "/inbox?q=pomelo") == ["mine", "done"]
    assert lines(cast.author, "/inbox?q=pomelo+parcel") == ["done"]
    assert lines(cast.author, "/inbox?q=nothing") == []


def test_somebody_without_any_role_sees_nothing(cast: Cast, some: Any) -> None:
    from webapp.people.models import Grant, Membership

    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == cast.people["second"].id)).one()
    db.session.execute(sa.delete(Grant).where(Grant.membership_id == member.id))
    db.commit()
    html = cast.second.get("/inbox?show=all").get_data(as_text=True)
    assert lines(cast.second, "/inbox?show=all") == []
    assert 'class="num"' not in html[html.index("chips tall") : html.index("</nav>", html.index("chips tall"))]


def test_the_list_asks_the_same_for_twenty_as_for_one(
    cast: Cast, statements: list[str], many: Callable[[int], None]
) -> None:
    many(1)
    statements.clear()
    cast.author.get("/inbox?show=all")
    few = len(statements)
    many(19)
    statements.clear()
    cast.author.get("/inbox?show=all")
    assert len(statements) <= few
    assert few <= 12, "\n\n".join(statements)


@pytest.fixture
def many(cast: Cast) -> Callable[[int], None]:
    def make_them(n: int) -> None:
        for k in range(n):
            at = make.channel(cast)
            make.conversation(cast, at, make.author(cast), text=f"n{k}", assignee_id=cast.people["second"].id)
        db.commit()
        db.session.remove()

    return make_them


@pytest.mark.parametrize(("name", "budget"), [("analyst", 12), ("author", 22)])
def test_the_conversation_asks_for_no_more_than_its_budget(
    cast: Cast, statements: list[str], name: str, budget: int
) -> None:
    """Reading it is twelve; the reply bar of those who answer has its own."""
    channel = make.channel(cast)
    found = make.conversation(cast, channel, post_id=posts.post(cast, [channel]).id)
    for n in range(30):
        make.message(found, f"again {n}")
    noting.note(found, "Look at this", cast.actor("author"))
    db.commit()
    path = f"/inbox/{found.id}"
    cast.browsers[name].get(path)
    db.session.remove()
    statements.clear()
    assert cast.browsers[name].get(path).status_code == 200
    assert len(statements) <= budget, f"{len(statements)}\n" + "\n\n".join(statements)
