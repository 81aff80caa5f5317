"""Any order, any repetition, any loss that is made good later: the same inbox."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inbox.fetching.house import ANN, BOB, START, US, channel, item, kept, seen
from webapp.networks.base import Item, Who

TEXTS = ("Where is my parcel?", "Thank you!", "Kiedy otwieracie?", "Earn $500 with crypto https://x.top", "ok", "")


@st.composite
def threads(draw):
    """Up to nine messages: comments under two posts of ours, mentions, answers of both sides, edits, deletions."""
    count = draw(st.integers(1, 9))
    minutes = draw(st.permutations(range(count)))
    made = []
    for n in range(count):
        parents = ["post", "post2", "", "lost", *(each.remote_id for each in made)]
        parent = draw(st.sampled_from(parents))
        above = next((each for each in made if each.remote_id == parent), None)
        root = parent if parent in ("post", "post2") else above.root_id if above else ""
        out = bool(above) and draw(st.booleans())
        made.append(
            Item(
                f"m{n}",
                US if out else draw(st.sampled_from((ANN, BOB))),
                draw(st.sampled_from(TEXTS)) or f"Text {n}",
                START + timedelta(minutes=minutes[n]),
                root_id=root,
                parent_id=parent,
                ours=root.startswith("post"),
                kind="mention",
                side="out" if out else "in",
                url=f"https://there.test/m{n}",
            )
        )
    return made


@st.composite
def arrivals(draw):
    """The versions of each message (first, edited, gone), in batches of any cut, in any order, some of them twice."""
    made = draw(threads())
    looks = list(made)
    for each in made:
        if draw(st.integers(0, 3)) == 0:
            looks.append(replace(each, text=f"{each.text} (edited)", edited_at=each.at + timedelta(hours=1)))
        if draw(st.integers(0, 5)) == 0:
            looks.append(Item(each.remote_id, Who(""), "", START, deleted=True))
    again = draw(st.lists(st.sampled_from(looks), max_size=6))
    order = draw(st.permutations([*looks, *again]))
    cuts = sorted(draw(st.sets(st.integers(0, len(order)), max_size=5)))
    batches = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    lost = draw(st.sets(st.integers(0, len(batches)), max_size=2))
    first = [batch for n, batch in enumerate(batches) if n not in lost]
    return looks, [*first, looks]


@pytest.mark.one_database
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrivals())
def test_the_same_messages_make_the_same_inbox(cast, arrived):
    looks, batches = arrived
    plain, shuffled = channel(cast), channel(cast)
    kept(plain, *looks)
    for n, batch in enumerate(batches):
        kept(shuffled, *batch, by="hint" if n % 2 else "poll")
    assert seen(shuffled) == seen(plain)
    assert kept(shuffled, *looks).new == 0


def test_a_difference_would_be_seen(cast):
    """The comparison itself can fail."""
    one, other = channel(cast), channel(cast)
    kept(one, item("a"), item("b", "a", root_id="post", minute=1))
    kept(other, item("a"), item("b", minute=1))
    assert seen(one) != seen(other)
