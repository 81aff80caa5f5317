"""Hostile addresses: what stands behind the question mark, where an id belongs, and cursors of nobody."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.cast import BASE
from tests.hostile.feeding import encoded
from tests.hostile.inputs import of_family, of_kinds
from tests.test_walk import NOT_IDS, examples, filled, ids_of, rules

pytestmark = pytest.mark.thorough

PARAMETERS = "q state region channel person kind from to before after n run show revision next again under key code"
OTHERS = ("error", "held", "page", "verdict")
NAMES = (*PARAMETERS.split(), *OTHERS)
FEW = 6
LISTS = ("/people", "/posts", "/approvals", "/deliveries", "/pause", "/activity", "/search", "/channels/callback")


def _cursor(value: object, row_id: object = "0190a1b2-0000-7000-8000-000000000000") -> str:
    return base64.urlsafe_b64encode(json.dumps([value, row_id]).encode()).decode()


CURSORS = [
    "x",
    "====",
    "é",
    _cursor("9999-12-31T23:59:59+00:00"),
    _cursor("0001-01-01T00:00:00+23:59"),
    _cursor("a\0b"),
    _cursor("2026-01-01"),
    _cursor("\ud800"),
    _cursor(None),
    _cursor({}),
    _cursor("2026-01-01", 7),
    _cursor("2026-01-01", None),
    _cursor("2026-01-01", "[]"),
    base64.urlsafe_b64encode(b"[[[[[[[[").decode(),
    base64.urlsafe_b64encode(b"7").decode(),
    base64.urlsafe_b64encode(b"null").decode(),
    base64.urlsafe_b64encode(b'{"a": 1}').decode(),
    base64.urlsafe_b64encode(b"[]").decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    "9" * 4_000,
]
VALUES = list(
    dict.fromkeys(
        [*CURSORS, *(each.value for each in of_kinds("number", "id", "uuid", "date", "local_datetime", "json_body"))]
    )
)
WORDS = ["\0", "\ud800", "%", "_", "\\", "W" * 5_000, "\u202e", "<script>alert(1)</script>", "\r\nX: 1", "💥" * 300]


@pytest.fixture
def places(app, world):
    """Every page of the house with its own ids in it."""
    found = [
        (rule, filled(app, rule, examples(rule))) for _m, rule in rules(app, "GET") if not NOT_IDS & rule.arguments
    ]
    return [path for rule, path in found if not rule.rule.startswith(("/healthz", "/readyz", "/metrics"))]


def _reads(path, value):
    """Whether a page has filters or a cursor, and the value was made for one."""
    return path.startswith(LISTS) and (value in CURSORS or value in WORDS)


def test_nothing_behind_the_question_mark_breaks_a_page(world, places):
    """All parameters at once with the same value. Lists meet every value, other pages every sixth."""
    wrong = []
    for n, value in enumerate([*VALUES, *WORDS]):
        asked = encoded({name: [value] for name in NAMES}).decode()
        for path in [p for k, p in enumerate(places) if n % FEW == k % FEW or _reads(p, value)]:
            answer = world.administrator.client.get(f"{path}?{asked}", base_url=BASE)
            if answer.status_code not in (200, 303, 400, 404, 410, 422):
                wrong.append(f"{path} {value[:30]!r}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_parameter_that_comes_twice_counts_once(world, places):
    twice = "&".join(f"{name}=1&{name}=2&{name}[]=3" for name in NAMES)
    assert not [p for p in places if world.administrator.get(f"{p}?{twice}").status_code >= 500]


def test_what_is_no_id_is_no_page(app, world):
    """The same answer as for an id that nobody has, for reading and for writing."""
    wrong = []
    spellings = [*of_family("uuid_edges"), *of_family("negative_and_zero_ids"), "٣" * 36, "%00", "9" * 4_000, "a" * 300]
    for method, rule in rules(app, "GET", "POST"):
        if not ids_of(rule) or NOT_IDS & rule.arguments:
            continue
        ids = examples(rule)
        real, one = filled(app, rule, ids), str(next(iter(ids.values())))
        for spelled in spellings:
            path = real.replace(one, quote(spelled, safe="%"))
            answer = world.administrator.get(path) if method == "GET" else world.administrator.post(path)
            if answer.status_code not in (404, 405, 410):
                wrong.append(f"{method} {path[:90]}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("slug", ["..%2f..%2fetc%2fpasswd", "%00", "a" * 5_000, "{{7*7}}", "%ff%fe", "-1", "%0d%0aX:1"])
def test_names_in_addresses_lead_nowhere(world, slug):
    browser = world.signed_out()
    for path in (f"/feeds/{slug}", f"/feeds/{slug}.atom", f"/feeds/{slug}/x", f"/media/{slug}", f"/oauth/{slug}"):
        assert browser.get(path).status_code == 404, path
    assert world.administrator.get(f"/channels/new/{slug}").status_code == 404
