"""Facets: what is marked, where in bytes, and that nothing overlaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.networks.richtext import facets


def resolve(handle: str) -> str | None:
    return f"did:plc:{handle}" if handle.endswith(".test") else None


def marked(text: str) -> list[str]:
    found = []
    for facet in facets(text, resolve):
        span = facet["index"]
        found.append(text.encode()[span["byteStart"] : span["byteEnd"]].decode())
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain", []),
        ("hi @bob.test!", ["@bob.test"]),
        ("hi @bob.elsewhere", []),
        ("mail bob@bob.test", []),
        ("see https://example.com/x.", ["https://example.com/x"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("żółć #śniadanie, #2026 #ok2 a#b ##x", ["#śniadanie", "#ok2", "##x"]),
        ("https://example.com/#tag https://example.com/@bob.test", None),
        ("👩‍👩‍👧 @bob.test 👍 #tea", ["@bob.test", "#tea"]),
        ("#", []),
        ("#️⃣", []),
    ],
)
def test_what_is_marked(text: str, found: list[str] | None) -> None:
    assert marked(text) == (text.split() if found is None else found)


@given(st.text(alphabet="a.#@/:htps test żé👍\n"))
def test_facets_are_in_order_and_never_overlap(text: str) -> None:
    edges = [n for f in facets(text, resolve) for n in (f["index"]["byteStart"], f["index"]["byteEnd"])]
    assert edges == sorted(edges)
    assert all(0 <= n <= len(text.encode()) for n in edges)
