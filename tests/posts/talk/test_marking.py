"""Changes, pins and the fold over the same words: nothing is lost, and each is where it belongs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.posts import difference
from webapp.posts.marking import Span, stretches

TEXTS = st.text(alphabet="ab \nż👩‍👩‍👧.", max_size=40)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4), st.integers(0, 40))
def test_the_text_can_be_read_back_whatever_is_drawn_over_it(old, new, ends, fold):
    spans = [Span(a, b, n, "") for n, (a, b) in enumerate(ends) if a < b <= len(new)]
    pieces = difference.words(old, new)
    found = stretches(new, pieces, spans, fold)
    assert "".join(s.text for s in found if s.op != "del") == new
    assert "".join(s.text for s in found if s.op != "ins") == old
    assert sorted(p.number for s in found for p in s.ends) == sorted(s.number for s in spans)
    assert sum(s.folded for s in found) == (fold < len(new))
    for span in spans:
        marked, at = "", 0
        for s in found:
            if s.op != "del":
                if s.marked and span.start <= at < span.end:
                    marked += s.text
                at += len(s.text)
        assert marked == new[span.start : span.end]


def test_the_fold_stands_before_the_first_word_that_is_hidden():
    found = stretches("Seen here. Hidden there.", fold=11)
    assert [(s.text, s.folded) for s in found] == [("Seen here. ", False), ("Hidden there.", True)]


def test_a_plain_text_is_one_stretch():
    assert [s.text for s in stretches("Hello")] == ["Hello"]
    assert stretches("") == []
