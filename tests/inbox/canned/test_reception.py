"""How a canned reply is received: from answers that were sent, and honest about how many they are."""

from collections import namedtuple
from datetime import timedelta

import pytest

from tests.inbox import make
from tests.inbox.canned.test_keeping import rows, text_of, write
from tests.inbox.replying.conftest import talk, there  # noqa: F401
from webapp import db, times
from webapp.db import session
from webapp.inbox.canned import reception
from webapp.inbox.canned.models import CannedUse
from webapp.inbox.replying.models import Reply
from webapp.people.models import Region

Row = namedtuple("Row", "asked answered back likes", defaults=(None,))
NOW = times.now()


def row(minutes=10, days=5, back=None, likes=None):
    """Answered so many days ago, so long after the comment; `back`: when they wrote again, in hours after it."""
    answered = NOW - timedelta(days=days)
    later = answered + timedelta(hours=back) if back is not None else None
    return Row(answered - timedelta(minutes=minutes), answered, later, likes)


def test_the_median_is_that_of_all_and_only_old_ones_are_counted_as_settled():
    found = reception.measured([row(5), row(10), row(60), row(10, days=1)], NOW)
    assert (found.answers, found.minutes, found.over, found.settled) == (4, 10, 3, 3)


@pytest.mark.parametrize(("back", "settled"), [(None, 1), (1, 0), (71, 0), (73, 1)])
def test_whoever_writes_within_three_days_came_back(back, settled):
    assert reception.measured([row(back=back)], NOW).settled == settled


def test_only_answers_of_which_the_network_told_count_as_liked_or_not():
    found = reception.measured([row(), row(likes=0), row(likes=1), row(likes=7, days=1)], NOW)
    assert (found.told, found.liked) == (3, 2)
    assert reception.measured([row()], NOW).told == 0


def test_few_have_no_share():
    assert reception.measured([row()] * 9, NOW).share is None
    assert reception.measured([row()] * 8 + [row(back=1)] * 2, NOW).share == 80
    assert reception.measured([], NOW) == reception.Reception(0, None, 0, 0)


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (190, "3 h 10 min"), (3000, "50 h")]
)
def test_how_long_in_words(app, minutes, said):
    with app.test_request_context():
        assert reception.Reception(1, minutes, 0, 0).wait == said


def use(cast, canned, days=5, minutes=10, back=None, likes=None):
    """An answer of the author that was sent with it."""
    sent = times.now() - timedelta(days=days)
    on = make.conversation(cast, at=sent - timedelta(minutes=minutes))
    asked = session.query(make.Message).filter_by(conversation_id=on.id).one()
    values = {"organization_id": on.organization_id, "region_id": on.region_id, "channel_id": on.channel_id}
    reply = Reply(id=db.new_id(), conversation_id=on.id, message_id=asked.id, person_id=cast.people["author"].id,
                  key=str(on.id), state="sent", due_at=sent, sent_at=sent, **values)  # fmt: skip
    session.add(reply)
    session.flush()
    person, organization = reply.person_id, on.organization_id
    session.add(CannedUse(id=db.new_id(), organization_id=organization, canned_id=canned, reply_id=reply.id,
                          person_id=person, at=sent))  # fmt: skip
    if back is not None:
        make.message(on, "Again?", at=sent + timedelta(hours=back))
    if likes is not None:
        reply.remote_id = make.message(on, "Thank you!", "out", sent, likes=likes).remote_id


def test_the_page_says_what_is_known(cast):
    write(cast)
    (canned,) = rows()
    page = f"/canned/{canned.id}"
    assert "Nobody was answered with it" in text_of(cast.author.get(page))
    for _n in range(3):
        use(cast, canned.id)
    use(cast, canned.id, minutes=30, back=2)
    use(cast, canned.id, days=100, minutes=900)
    db.commit()
    said = text_of(cast.author.get(page))
    assert "4 answers in the last 90 days" in said
    assert "within 10 min of the comment" in said
    assert "Of 4 answers that are three days old, 3 were the last word." in said
    assert "%" not in said.partition("How it is received")[2].partition("Versions")[0]


def test_with_enough_of_them_a_share_is_said(cast):
    write(cast)
    (canned,) = rows()
    for n in range(10):
        use(cast, canned.id, back=1 if n < 2 else None)
    db.commit()
    assert "80 % were the last word" in text_of(cast.author.get(f"/canned/{canned.id}"))
    assert session.get(Region, canned.region_id)


def test_the_page_says_how_many_were_liked_there(cast):
    write(cast)
    (canned,) = rows()
    page = f"/canned/{canned.id}"
    use(cast, canned.id)
    db.commit()
    assert "liked there" not in text_of(cast.author.get(page))
    for likes in (0, 2, 5):
        use(cast, canned.id, likes=likes)
    db.commit()
    said = text_of(cast.author.get(page))
    assert "4 answers in the last 90 days" in said
    assert "2 of 3 answers were liked there." in said
