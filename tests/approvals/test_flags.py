"""What a row of the queue says of the checks: the worst that lasts, and how much it weighs."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.approvals import house
from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.approvals import rows
from webapp.approvals.rows import Flag
from webapp.posts.wordlists import keeping


def _flag(cast: Cast, text: str = "Hello", **more) -> Flag:
    submission = house.send(cast, make.post(cast, [make.channel(cast)], text, **more))
    db.commit()
    return rows.rows([submission])[0].flag


def test_the_worst_check_is_said(cast: Cast) -> None:
    keeping.keep(cast.warsaw, "pl", {"risk": "wojn*", "claim": "nr 1"}, cast.actor("administrator"))
    assert _flag(cast, "Wojna smaków") == Flag("warn", "A risky word")
    assert _flag(cast, "Wojna: nr 1 z @kimkolwiek") == Flag("warn", "A claim needs its evidence")
    assert _flag(cast, "Spokój") == Flag("ok", "All checks pass")


def test_what_only_informs_looks_so(cast: Cast) -> None:
    cast.warsaw.minded = ["trading"]
    sunday = datetime(2027, 3, 7, 12, tzinfo=ZoneInfo("Europe/Warsaw"))
    assert _flag(cast, planned_at=sunday, zone="Europe/Warsaw") == Flag("info", "A special day there")
    html = cast.approver.get("/approvals").get_data(as_text=True)
    assert "A special day there" in html


def test_a_link_that_nobody_has_looked_at_yet_leaves_no_mark_for_ever(cast: Cast) -> None:
    assert _flag(cast, "Zobacz https://pomela.example/menu") == Flag("ok", "All checks pass")
