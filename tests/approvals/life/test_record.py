"""The approval record: hashes, who said yes to which, for whom, and where the trail says so."""

import pytest

from tests.approvals import house
from tests.approvals.life.house import away
from webapp import db, events, times
from webapp.approvals.life import paper, record


def text(cast, row, who="author", more=""):
    answer = cast.browsers[who].get(f"/posts/{row.post_id}/record{more}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_it_holds_each_version_with_its_hash_and_its_yeses(cast):
    row = house.waiting(cast)
    house.decide(cast, row, "second", "changes", comment="Not like this")
    again = house.rewrite(cast, house.stored(row).post, "Better")
    away(cast, "approver", "second")
    house.decide(cast, again, "administrator")
    html = text(cast, row)
    for each in record.versions(house.stored(row).post):
        assert each.revision.hash in html
        assert each.intact
    assert "Changes asked" in html
    assert "Administrator" in html
    assert "what is stored has this hash" in html


def test_its_decisions_become_stacks_on_a_phone(cast):
    """In Polish, with a yes that was taken back, four columns are wider than 320 pixels."""
    row = house.waiting(cast)
    house.decide(cast, row, "second")
    assert '<table class="table"><thead><tr><th>Who</th>' in text(cast, row)


def test_internal_words_are_in_it_only_by_choice(cast):
    row = house.waiting(cast)
    cast.approver.post(f"/posts/{row.post_id}/comments", {"text": "Between us"})
    house.decide(cast, row, "approver", "changes", comment="Not like this")
    assert "Between us" not in text(cast, row)
    assert "Not like this" not in text(cast, row)
    assert "Between us" in text(cast, row, more="?internal=1")
    assert "Not like this" in text(cast, row, more="?internal=1")


def test_each_line_names_its_place_in_the_trail(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    assert "not sealed yet" in text(cast, row)
    events.seal_pending(times.now())
    db.commit()
    html = text(cast, row)
    assert "not sealed yet" not in html
    for line in record.lines(house.stored(row).post, internal=False):
        assert line.position
        assert line.seal[:12] in html


def test_a_version_that_was_changed_is_said_to_be(cast):
    row = house.waiting(cast)
    revision = house.stored(row).revision
    revision.content = {**revision.content, "language": "en"}
    db.commit()
    assert "what is stored has another hash now" in text(cast, row)


@pytest.mark.parametrize("who", ["teammate", "stranger"])
@pytest.mark.parametrize("more", ["", ".pdf", "?internal=1"])
def test_strangers_find_nothing(cast, who, more):
    row = house.waiting(cast)
    assert cast.browsers[who].get(f"/posts/{row.post_id}/record{more}").status_code == 404


def test_the_file_is_there_where_it_can_be_made(cast):
    row = house.waiting(cast)
    answer = cast.author.get(f"/posts/{row.post_id}/record.pdf")
    if paper.able():
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Type"] == "application/pdf"
    else:
        assert answer.status_code == 404
        assert "Save as PDF" not in text(cast, row)
        assert paper.missing()
