"""The state of a post follows from facts; every state has a shape, a word and a tone of its own."""

import pytest

from tests.cast import Cast
from tests.posts import make
from webapp import i18n
from webapp.posts import lifecycle
from webapp.posts.lifecycle import STATES, Facts, State, derive


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (Facts(), State.DRAFT),
        (Facts(open=True), State.WAITING),
        (Facts(open=True, held=True), State.HELD),
        (Facts(open=True, cleared=True), State.APPROVED),
        (Facts(outcome="sent_back"), State.SENT_BACK),
        (Facts(outcome="rejected"), State.REJECTED),
        (Facts(outcome="expired"), State.EXPIRED),
        (Facts(outcome="withdrawn"), State.DRAFT),
        (Facts(open=True, outcome="sent_back"), State.WAITING),
        (Facts(open=True, cleared=True, deliveries=("scheduled",)), State.SCHEDULED),
        (Facts(open=True, cleared=True, deliveries=("scheduled",), held=True), State.HELD),
        (Facts(deliveries=("scheduled", "held")), State.HELD),
        (Facts(deliveries=("sending", "scheduled")), State.SENDING),
        (Facts(deliveries=("sending", "unknown")), State.UNKNOWN),
        (Facts(deliveries=("published", "published")), State.PUBLISHED),
        (Facts(deliveries=("published", "failed")), State.PARTLY),
        (Facts(deliveries=("published", "dropped")), State.PARTLY),
        (Facts(deliveries=("published", "scheduled")), State.PARTLY),
        (Facts(deliveries=("published", "unknown")), State.UNKNOWN),
        (Facts(deliveries=("failed", "scheduled")), State.FAILED),
        (Facts(deliveries=("published", "cancelled")), State.PUBLISHED),
        (Facts(deliveries=("cancelled",), outcome="sent_back"), State.SENT_BACK),
        (Facts(deliveries=("dropped",)), State.DRAFT),
        (Facts(deliveries=("cancelled",), open=True), State.WAITING),
    ],
)
def test_the_state_that_follows(facts: Facts, state: State) -> None:
    assert derive(facts) == state


def test_each_state_is_told_apart_by_shape_and_word() -> None:
    assert set(STATES) == set(State)
    assert len({look.shape for look in STATES.values()}) == len(State)
    assert len({look.word for look in STATES.values()}) == len(State)


def test_what_one_room_does_not_know_another_may() -> None:
    both = Facts(open=True, cleared=False) | Facts(deliveries=("failed",))
    assert both == Facts(open=True, cleared=False, deliveries=("failed",))
    assert (both | Facts(cleared=True)).cleared is True


def test_projection_and_the_word_for_partly(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    post = make.post(cast, [make.channel(cast)])
    facts = Facts(deliveries=("published", "failed", "published", "cancelled"))
    monkeypatch.setattr(lifecycle, "FACTS", [lambda _post, _known: facts])
    assert lifecycle.project(post) == State.PARTLY
    assert (post.state, post.sent_on, post.sent_of, post.slot_at) == ("partly", 2, 3, post.planned_at)
    assert lifecycle.look(post).word == "Published on 2 of 3"
    with i18n.speaking("en-XA"):
        assert "2" in lifecycle.look(post).word
