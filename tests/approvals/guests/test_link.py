"""The link: opening only shows, the code lets in, and what is unknown, over or revoked looks the same."""

import hashlib

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.guests import house as outside
from webapp import db
from webapp.approvals.guests import erasing, inviting
from webapp.approvals.guests.models import GuestLink, GuestSession
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.people.models import SignInCode
from webapp.posts.models import Post
from webapp.tables import metadata


@pytest.fixture
def row(cast):
    outside.client_only(cast)
    return outside.waiting(cast, "Grapefruit from Friday")


def fingerprint():
    session.remove()
    with db.engine().connect() as connection:
        rows = [sorted(map(repr, connection.execute(sa.select(table)))) for table in metadata.sorted_tables]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_opening_shows_who_asks_and_nothing_of_the_post_and_writes_nothing(cast, clock, row):
    outside.ask(cast, row)
    outside.send(clock)
    visitor = outside.at_door(cast, outside.link_in(outside.mails(cast)[-1]))
    before = fingerprint()
    for path in ("", "/code"):
        answer = visitor.get(path)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert "Grapefruit" not in html
        assert outside.OLA not in html
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Pomela asks for your nod" in visitor.get().get_data(as_text=True)
    assert fingerprint() == before


def test_before_the_code_every_page_leads_to_the_door(cast, clock, row):
    invited = outside.ask(cast, row)
    outside.send(clock)
    visitor = outside.at_door(cast, outside.link_in(outside.mails(cast)[-1]))
    for path in (f"/posts/{invited}", f"/posts/{invited}/changes", "/name"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, visitor.link)
    for path in (f"/posts/{invited}/decision", f"/posts/{invited}/undo", "/name", "/exit"):
        assert visitor.post(path, {"decision": "approve"}).status_code == 303
    assert house.rows(Decision) == []


def test_the_code_lets_one_browser_in_and_only_that(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert visitor.get().headers["Location"] == f"{visitor.link}/posts/{invited}"
    assert "Grapefruit from Friday" in visitor.card(invited)
    assert outside.at_door(cast, visitor.link).get(f"/posts/{invited}").status_code == 303
    cookie = next(iter(visitor.browser.client._cookies.values()))
    assert cookie.key == "__Host-guest"
    assert cookie.http_only
    assert cookie.secure
    assert cookie.path == "/"
    assert visitor.post("/exit").status_code == 303
    assert visitor.get(f"/posts/{invited}").status_code == 303


def test_a_wrong_code_five_times_and_the_code_is_spent(cast, clock, row):
    outside.ask(cast, row)
    outside.send(clock)
    visitor = outside.at_door(cast, outside.link_in(outside.mails(cast)[-1]))
    right = outside.code_for(cast, visitor)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert visitor.post("/entry", {"code": wrong}).status_code == 422
    assert visitor.post("/entry", {"code": right}).status_code == 422
    assert house.rows(GuestSession) == []


def test_a_code_for_signing_in_opens_no_link_and_the_other_way_round(cast, clock, row):
    from webapp.people import codes

    outside.ask(cast, row)
    outside.send(clock)
    visitor = outside.at_door(cast, outside.link_in(outside.mails(cast)[-1]))
    code = codes.issue(outside.OLA)
    db.commit()
    assert visitor.post("/entry", {"code": code}).status_code == 422
    mine = outside.code_for(cast, visitor)
    assert codes.enter(outside.OLA, mine) is not None


def test_codes_are_at_most_one_a_minute_and_run_out_after_ten(cast, clock, row):
    outside.ask(cast, row)
    outside.send(clock)
    visitor = outside.at_door(cast, outside.link_in(outside.mails(cast)[-1]))
    code = outside.code_for(cast, visitor)
    visitor.post("/code")
    assert len(house.rows(SignInCode)) == 1
    clock.forward(minutes=10.1)
    assert visitor.post("/entry", {"code": code}).status_code == 422


def over(visitor, path=""):
    answer = visitor.get(path)
    return answer.status_code, answer.data


def test_unknown_expired_revoked_and_erased_look_the_same(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    nobody = over(outside.Visitor(visitor.browser, "/guest/" + "x" * 43))
    assert nobody[0] == 404
    assert b"This link does not work" in nobody[1]
    for token in ("x", "0" * 300, "%F0%9F%8D%8A" * 10, str(invited)):
        assert over(outside.Visitor(visitor.browser, f"/guest/{token}")) == nobody
    post = session.get_one(Post, row.post_id)
    clock.forward(days=8)
    assert over(visitor) == nobody
    inviting.extend(outside.invitation(invited), post, cast.actor("author"))
    db.commit()
    assert visitor.get(f"/posts/{invited}").status_code == 200
    inviting.revoke(outside.invitation(invited).guest, session.get_one(Post, row.post_id), cast.actor("approver"))
    db.commit()
    assert over(visitor) == nobody
    assert over(visitor, f"/posts/{invited}") == nobody
    assert visitor.decide(invited).status_code == 404
    erasing.erase(outside.invitation(invited).guest, cast.actor("administrator"))
    db.commit()
    assert over(visitor) == nobody
    assert house.rows(GuestLink) == []


def test_one_link_opens_its_own_posts_alone(cast, clock, row):
    visitor, _mine = outside.guest(cast, clock, row)
    other = outside.waiting(cast, "Something else")
    theirs = outside.ask(cast, other, "ben@else.example", "Ben")
    outside.send(clock)
    assert visitor.get(f"/posts/{theirs}").status_code == 404
    assert visitor.decide(theirs).status_code == 404
    assert house.rows(Decision) == []


def test_the_token_and_the_code_are_stored_nowhere(cast, clock, row):
    visitor, _invited = outside.guest(cast, clock, row)
    token = visitor.link.rpartition("/")[2]
    session.remove()
    with db.engine().connect() as connection:
        everything = repr([list(connection.execute(sa.select(table))) for table in metadata.sorted_tables])
    assert token not in everything


def test_no_log_knows_a_token_a_code_or_an_address(cast, clock, row, capfd):
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited, comment="Private words")
    written = "".join(capfd.readouterr())
    assert "/guest/<token>" in written
    for secret in (visitor.link.rpartition("/")[2], outside.OLA, "Private words", "Agencja"):
        assert secret not in written
