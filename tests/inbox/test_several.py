"""Several at once: each is checked as if it were alone, without a script, and what changed meanwhile stays."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.inbox import make
from webapp import db
from webapp.inbox.listing import picked
from webapp.inbox.models import Conversation


@pytest.fixture
def three(cast: Cast) -> list[Conversation]:
    channel = make.channel(cast)
    found = [make.conversation(cast, channel, text=f"n{n}") for n in range(3)]
    db.commit()
    return found


def picks(cast: Cast, path: str = "/inbox/selection?show=all&whole=1") -> list[str]:
    html = cast.author.get(path).get_data(as_text=True)
    return re.findall(r'name="pick" value="([^"]+)"( checked)?', html)


def send(browser: Any, rows: list[Conversation], do: str, **more: str) -> Any:
    return browser.post("/inbox/selection?show=all", {"pick": [picked.token(row) for row in rows], "do": do, **more})


def states(rows: list[Conversation]) -> list[Any]:
    ids = [sa.inspect(row).identity[0] for row in rows]
    db.session.remove()
    return [db.session.get_one(Conversation, row_id) for row_id in ids]


def test_the_page_has_a_box_for_each_and_ticks_all(cast: Cast, three: list[Conversation]) -> None:
    assert len(picks(cast)) == 3
    assert all(ticked for _token, ticked in picks(cast))
    assert not any(ticked for _token, ticked in picks(cast, "/inbox/selection?show=all"))


def test_all_are_done_and_the_list_says_how_many(cast: Cast, three: list[Conversation]) -> None:
    tokens = [token for token, _ticked in picks(cast)]
    answer = cast.author.post("/inbox/selection?show=all", {"pick": tokens, "do": "done"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/inbox?show=all"
    assert "3 conversations done" in cast.author.get(answer.headers["Location"]).get_data(as_text=True)
    assert [row.state for row in states(three)] == ["done"] * 3


def test_one_with_something_new_stays_open(cast: Cast, three: list[Conversation]) -> None:
    tokens = [picked.token(row) for row in three]
    make.message(three[1], "One more thing")
    db.commit()
    cast.author.post("/inbox/selection", {"pick": tokens, "do": "done"})
    assert [row.state for row in states(three)] == ["done", "open", "done"]
    assert "1 was left" in cast.author.get("/inbox").get_data(as_text=True)


def test_all_go_to_one_who_may_answer_there(cast: Cast, three: list[Conversation]) -> None:
    planner = str(cast.people["planner"].id)
    assert send(cast.author, three, "assign", person=planner).status_code == 303
    assert {row.assignee_id for row in states(three)} == {cast.people["planner"].id}
    send(cast.author, three, "assign", person=str(cast.people["teammate"].id))  # may not: all are left
    assert {row.assignee_id for row in states(three)} == {cast.people["planner"].id}
    assert "3 were left" in cast.author.get("/inbox").get_data(as_text=True)
    send(cast.author, three, "assign", person="")
    assert {row.assignee_id for row in states(three)} == {None}


def test_all_are_spam(cast: Cast, three: list[Conversation]) -> None:
    send(cast.author, three, "spam")
    assert [(row.is_spam, row.spam_by) for row in states(three)] == [(True, "person")] * 3


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "done"},
        {"do": "done", "pick": "x"},
        {"do": "done", "pick": "x.1"},
        {"pick": "T", "do": "burn"},
        {"pick": "T", "do": "assign", "person": "somebody"},
        {"pick": "T", "do": "assign", "person": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_what_makes_no_sense_changes_nothing(cast: Cast, three: list[Conversation], form: dict[str, str]) -> None:
    body = {name: picked.token(three[0]) if value == "T" else value for name, value in form.items()}
    assert cast.author.post("/inbox/selection", body).status_code == 422
    assert [row.version for row in states(three)] == [1, 1, 1]


def test_a_stranger_changes_nothing_and_a_reader_may_not(cast: Cast, three: list[Conversation]) -> None:
    for browser in (cast.stranger, cast.dubai_author):
        send(browser, three, "done")
    assert send(cast.analyst, three, "done").status_code == 403
    assert [row.state for row in states(three)] == ["open"] * 3


def test_at_most_so_many_are_taken() -> None:
    tokens = [f"00000000-0000-0000-0000-{n:012}.5" for n in range(200)]
    assert len(picked.read([*tokens, *tokens])) == picked.MOST
    assert len(picked.read([tokens[0], tokens[0]])) == 1
