"""Channels are asked in turn, one worker each; what fails waits longer, what is lost comes again, trouble is said."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import inbox as jobs_of_inbox
from jobs import perform
from tests.inbox.fetching.house import START, channel, conversations, item, kept
from tests.publishing import house as publishing
from webapp import db, events, times
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.inbox import deadlines, warning
from webapp.inbox.fetching import asking, polling, settling, silence
from webapp.inbox.models import Conversation, InboxCursor, Message
from webapp.networks import NETWORKS
from webapp.networks.base import Batch, Item, NetworkError, Profile, Remedy, Who

assert jobs_of_inbox


class There:
    """A network that gives what it is told to."""

    key, label, glyph = "there", "There", "n-feed"
    every = timedelta(seconds=60)

    def __init__(self):
        self.batches, self.asked, self.errors, self.now, self.well = [], [], [], {}, True

    def fetch(self, account, cursor, posts):
        self.asked.append((account.id, cursor, list(posts)))
        if self.errors:
            raise self.errors.pop(0)
        return self.batches.pop(0) if self.batches else Batch((), {"n": len(self.asked)})

    def look(self, account, remote_ids):
        return tuple(self.now[each] for each in remote_ids if each in self.now)

    def check(self, account):
        if not self.well:
            raise NetworkError("Signed out.", Remedy.RECONNECT)
        return Profile(account.remote_id, account.handle, account.handle, "", {})


@pytest.fixture
def there(monkeypatch):
    made = There()
    monkeypatch.setitem(NETWORKS, "there", made)
    return made


@pytest.fixture
def here(cast, there):
    row = channel(cast, network="there")
    session.refresh(row)
    session.expunge(row)
    return row


def cursor():
    session.expire_all()
    return session.scalars(sa.select(InboxCursor)).one()


def kinds(prefix="channel."):
    return list(session.scalars(sa.select(Event.kind).where(Event.kind.startswith(prefix)).order_by(Event.id)))


def test_what_is_new_is_stored_and_the_channel_waits_its_turn(cast, here, there, clock):
    there.batches = [Batch((item("a"),), {"at": "1"})]
    assert perform("fetch_inbox") == 1
    assert set(conversations(here)) == {"a"}
    assert cursor().cursor["network"] == {"at": "1"}
    assert perform("fetch_inbox") == 0, "its turn is a minute later"
    clock.forward(seconds=70)
    assert perform("fetch_inbox") == 1
    assert there.asked[1][1] == {"at": "1"}
    assert there.asked[0][1] is None


def test_too_much_for_one_look_is_read_on_at_once(cast, here, there):
    there.batches = [Batch((item(f"a{n}"),), {"n": n}, more=n < 2) for n in range(3)]
    assert polling.fetch_due() == 3
    assert len(conversations(here)) == 3


def test_removed_and_broken_channels_are_left_alone(cast, there):
    channel(cast, network="there", removed_at=times.now())
    channel(cast, network="there", health="reconnect")
    channel(cast, network="site")
    assert polling.fetch_due() == 0


def test_a_fault_waits_longer_each_time_and_is_told_once_when_it_lasts(cast, here, there, clock):
    fault = NetworkError("%(host)s has trouble at the moment.", Remedy.RETRY, params={"host": "there.test"})
    waits = []
    for _ in range(5):
        there.errors = [fault]
        assert polling.fetch_due() == 1
        waits.append(cursor().next_at - clock.at)
        clock.at = cursor().next_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == timedelta(minutes=20)
    assert kinds() == ["channel.inbox_stopped"]
    assert "there.test has trouble" in silence.words(cursor(), clock.at)
    assert [(c.id, bool(said)) for c, said in silence.troubles(cast.actor("author"))] == [(here.id, True)]
    assert silence.troubles(cast.actor("teammate")) == []
    assert "there.test has trouble" in cast.author.get(f"/channels/{here.id}").get_data(as_text=True)
    polling.fetch_due()
    assert cursor().failures == 0
    assert kinds() == ["channel.inbox_stopped", "channel.inbox_answers"]
    assert silence.words(cursor(), clock.at) == ""


def test_a_network_that_asks_for_peace_gets_it(cast, here, there, clock):
    there.errors = [NetworkError("Wait.", Remedy.RETRY, retry_at=clock.at + timedelta(minutes=42))]
    polling.fetch_due()
    assert cursor().next_at == clock.at + timedelta(minutes=42)


@pytest.mark.parametrize(("well", "health"), [(True, "connected"), (False, "reconnect")])
def test_one_blip_never_disconnects_two_looks_do(cast, here, there, well, health):
    there.well = well
    there.errors = [NetworkError("Signed out.", Remedy.RECONNECT)]
    polling.fetch_due()
    session.expire_all()
    assert session.get(Channel, here.id).health == health


def test_a_defect_of_ours_is_a_fault_like_others(cast, here, there):
    there.errors = [ZeroDivisionError()]
    polling.fetch_due()
    assert cursor().problem == settling.CRASHED


def test_one_channel_is_asked_by_one_worker_and_taken_over_when_that_is_lost(cast, here, there, clock):
    polling._enlist()
    first = polling._claim(clock.at)
    assert len(first) == 1
    assert polling._claim(clock.at) == []
    clock.forward(minutes=4)
    second = polling._claim(clock.at)
    assert second[0].token == first[0].token + 1
    assert settling.settle(first[0].cursor_id, first[0].token, Batch((item("late"),), {})) is False
    db.commit()
    assert not conversations(here)
    assert settling.settle(second[0].cursor_id, second[0].token, Batch((item("a"),), {})) is True


def test_what_could_not_be_kept_is_asked_for_again(cast, here, there, clock, monkeypatch):
    there.batches = [Batch((item("a"),), {"n": 1}), Batch((item("a"),), {"n": 1})]

    def broken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(settling, "store", broken)
        polling.fetch_due()
    assert cursor().cursor is None
    clock.forward(minutes=4)
    polling.fetch_due()
    assert set(conversations(here)) == {"a"}


def test_a_hint_makes_it_look_now(cast, here, there):
    polling.fetch_due()
    assert polling.fetch_due() == 0
    polling.hurry(here.id)
    db.commit()
    assert polling.fetch_due() == 1


def test_edits_and_deletions_that_nobody_tells_of_are_found_by_looking_again(cast, here, there, clock):
    made = [item("a", at=clock.at), item("b", at=clock.at)]
    there.batches = [Batch(tuple(made), {})]
    polling.fetch_due()
    edited = item("a", text="Now otherwise", at=clock.at, edited_at=clock.at + timedelta(minutes=1))
    there.now = {"a": edited, "b": Item("b", Who(""), "", START, deleted=True)}
    clock.forward(minutes=6)
    polling.fetch_due()
    session.expire_all()
    found = {m.remote_id: m for m in session.scalars(sa.select(Message)).unique()}
    assert found["a"].text == "Now otherwise"
    assert found["b"].deleted_at
    assert conversations(here)["b"].unanswered == 0


def test_looking_again_goes_down_through_the_last_week(cast, here, there, clock):
    kept(here, *[item(f"m{n:02}", at=clock.at - timedelta(minutes=n)) for n in range(1, 31)])
    seen = []
    there.look = lambda account, ids: seen.append(list(ids)) or ()
    for _ in range(3):
        polling.fetch_due()
        clock.forward(minutes=6)
    assert [len(each) for each in seen] == [20, 10, 20]
    assert set(seen[0]) | set(seen[1]) == {f"m{n:02}" for n in range(1, 31)}


def test_posts_of_the_last_days_are_asked_about_and_older_ones_in_turns(cast, clock):
    here = channel(cast, network="site")
    row = publishing.cleared(cast, [here], minutes=30)
    mine = publishing.Delivery.post_id == row.id
    delivery = session.scalars(sa.select(publishing.Delivery).where(mine)).unique().one()
    delivery.state, delivery.remote_id, delivery.published_at = "published", "there-1", clock.at
    db.commit()
    assert asking.posts(here, clock.at) == ["there-1"]
    assert asking.posts(here, clock.at + timedelta(days=5)) == ["there-1"]
    assert asking.posts(here, clock.at + timedelta(days=15)) == []


def test_healthy_but_silent(cast, here, there, clock):
    for n in range(12):
        there.batches = [Batch((item(f"a{n}", at=clock.at),), {})]
        polling.hurry(here.id)
        db.commit()
        polling.fetch_due()
        clock.forward(hours=6)
    polling.fetch_due()
    assert silence.words(cursor(), clock.at) == ""
    clock.forward(hours=60)
    polling.hurry(here.id)
    db.commit()
    polling.fetch_due()
    assert "3 days ago" in silence.words(cursor(), clock.at)
    assert "Comments may be missing" in cast.author.get(f"/channels/{here.id}").get_data(as_text=True)


def test_a_deadline_runs_in_working_time_of_the_region(cast):
    friday = times._real_now().replace(year=2026, month=11, day=27, hour=15, minute=0, second=0, microsecond=0)
    here = channel(cast)  # Warsaw works 9 to 17 there, which is 8 to 16 UTC
    kept(here, item("a", at=friday))
    found = conversations(here)["a"]
    assert deadlines.MINUTES == 240
    assert found.due_at == friday.replace(day=30, hour=11)


def test_nearly_late_is_told_once_for_each_deadline(cast, clock):
    here = channel(cast)
    clock.at = clock.at.replace(year=2026, month=11, day=26, hour=9, minute=0, second=0)
    kept(here, item("a", at=clock.at), item("s", at=clock.at), item("d", at=clock.at))
    found = conversations(here)
    found["s"].snoozed_until = clock.at + timedelta(days=3)
    found["d"].state = "done"
    db.commit()
    assert warning.warn_due() == 0
    clock.forward(hours=3, minutes=40)
    assert warning.warn_due() == 1
    db.commit()
    assert warning.warn_due() == 0
    told = session.scalars(sa.select(Event).where(Event.kind == "conversation.nearly_late")).one()
    assert told.subject_id == found["a"].id
    assert told.data["late"] is False
    kept(here, item("a1", "a", side="out", root_id="post", at=clock.at))
    kept(here, item("a2", "a1", root_id="post", at=clock.at + timedelta(minutes=1)))
    assert session.scalar(sa.select(Conversation.warned_at).where(Conversation.root_remote_id == "a")) is None


def test_the_event_of_a_batch_is_sealed_and_told_like_others(cast):
    here = channel(cast)
    kept(here, item("a"))
    assert events.seal_pending(times.now()) > 0
