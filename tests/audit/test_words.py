"""Every kind of event that the house records has words, so that the trail reads."""

import ast
import re
from pathlib import Path

import pytest

from webapp.audit.words import KINDS, NOUNS, what, whence

ROOT = Path(__file__).resolve().parents[2]
_SHAPE = re.compile(r"[a-z]+\.[a-z_]+")


def recorded():
    """Names of kinds: every text that looks like one and stands in a module that records events."""
    for path in [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("jobs/*.py")]:
        source = path.read_text()
        if "events.record(" not in source or path.name == "words.py":
            continue
        for node in ast.walk(ast.parse(source)):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if _SHAPE.fullmatch(text) and text.split(".")[0] in NOUNS:
                yield text, path.name


def test_every_kind_has_words():
    missing = sorted({f"{kind} ({where})" for kind, where in recorded() if kind not in KINDS})
    assert not missing


def test_every_kind_has_a_noun_to_filter_by():
    assert {kind.split(".")[0] for kind in KINDS} <= set(NOUNS)


def test_an_unknown_kind_is_shown_as_it_is():
    assert what("thing.happened") == "thing.happened"


PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        (f"web 192.0.2.7 {PHONE}", "Safari on iPhone, from 192.0.2.7"),
        ("web 192.0.2.7 curl/8.0 <b>", "A device, from 192.0.2.7"),
        ("web 192.0.2.7", "192.0.2.7"),
        ("web", ""),
        ("rule 01890000-0000-7000-8000-000000000000 Late parcels", "By the rule Late parcels"),
        ("job:publish_due", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_as_people_know_it(origin, shown):
    assert whence(origin) == shown
