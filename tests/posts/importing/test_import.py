"""Posts from a table: what it would make is said first, nothing is half made, and all of it can be taken back."""

import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, sheets
from webapp.errors import Invalid
from webapp.events import Event
from webapp.posts import comments
from webapp.posts.importing import reading
from webapp.posts.importing.models import Import
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
HEAD = "Text,Region,Channels,Language,Day,Time,If the hour comes twice,Campaign,Labels,Paid\n"


@pytest.fixture
def today(clock):
    clock.at = NOW
    return clock


@pytest.fixture
def channel(cast):
    row = make.channel(cast)
    row.handle = "@pomela_pl"
    organization = cast.warsaw.organization_id
    db.session.add_all(
        [
            Label(organization_id=organization, name="Autumn"),
            Label(organization_id=organization, name="Video"),
            Campaign(organization_id=organization, name="Launch"),
        ]
    )
    db.commit()
    return row


def send(browser, content, name="plan.csv", **more):
    raw = content if isinstance(content, bytes) else content.encode()
    return browser.post("/posts/import", {"file": (io.BytesIO(raw), name), "encoding": "", **more})


def take(browser, content):
    return browser.post("/posts/import", {"content": content, "take": "1", "encoding": "", "name": "plan.csv"})


def posts():
    db.session.rollback()
    return list(db.session.scalars(sa.select(Post).order_by(Post.id)).unique())


def line(text="Words", region="Warsaw", channels="", language="", day="", time="", twice="", more=",,"):
    return f"{text},{region},{channels},{language},{day},{time},{twice},{more}\n"


def test_a_try_makes_nothing_and_the_taking_makes_every_draft(today, cast, channel):
    table = HEAD + line("Words", "warsaw", "pomela_pl", "de", "2026-11-26", "18:30", "", 'launch,"Autumn, video",yes')
    table += line("Other", "Warsaw", day="3.12.2026", time="9:05")
    html = house.body(send(cast.author, table))
    assert "2 drafts would be made" in html
    assert posts() == []
    assert take(cast.author, table).status_code == 303
    first, second = posts()
    assert (first.text, first.language, first.wall, first.zone) == (
        "Words",
        "de",
        "2026-11-26T18:30",
        "Europe/Warsaw",
    )
    assert first.planned_at == first.slot_at == datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
    assert [v.channel_id for v in first.variants] == [house.key(channel)]
    assert ([each.name for each in first.labels], first.campaign.name, first.paid) == (
        ["Autumn", "Video"],
        "Launch",
        True,
    )
    assert (second.wall, second.variants, second.state) == ("2026-12-03T09:05", [], "draft")
    assert "import.made" in db.session.scalars(sa.select(Event.kind)).all()


def test_every_error_is_said_by_line_and_column_and_nothing_is_made(today, cast, channel):
    table = HEAD + line() + line("", day="tomorrow", time="9") + line(region="Dubai", more="Nothing,Nobody,perhaps")
    answer = send(cast.author, table)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    for said in (
        "Line 3, Text",
        "The text is empty.",
        "Line 3, Day",
        "Write the day as in 2026-12-31.",
        "Line 4, Region",
        "There is no region of this name in which you write.",
        "Line 4, Campaign",
        "Line 4, Labels",
        "Line 4, Paid",
    ):
        assert said in html, said
    assert take(cast.author, table).status_code == 422
    assert posts() == []


def test_hours_that_a_clock_change_skips_or_doubles_are_caught_as_in_the_composer(today, cast, channel):
    skipped = HEAD + line(day="2027-03-28", time="02:30")
    html = send(cast.author, skipped).get_data(as_text=True)
    assert "this hour does not exist there. Take 01:30 or 03:30." in html
    doubled = HEAD + line(day="2026-10-25", time="02:30")
    html = send(cast.author, doubled).get_data(as_text=True)
    assert "Line 2, If the hour comes twice" in html
    assert "this hour comes twice there" in html
    chosen = HEAD + line(day="2026-10-25", time="02:30", twice="second")
    assert take(cast.author, chosen).status_code == 303
    assert posts()[0].planned_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "chosen"), [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("cp1250", "cp1250")]
)
def test_files_of_any_spreadsheet_are_read(today, cast, encoding, chosen):
    table = "Text;region\r\nZażółć gęślą jaźń;Warsaw\r\n\r\n"
    html = house.body(send(cast.author, table.encode(encoding), encoding=chosen))
    assert "Zażółć gęślą jaźń" in html


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file first."),
        (b"a,b\n1,2\n", "The first line must name the columns: Text, Region."),
        (b"Text,Region\n", "There are no rows below the headings."),
        (b"Text,Region,text\nx,Warsaw,y\n", "is there twice"),
        (b'Text,Region\n"open,Warsaw\n', "cannot be read as CSV"),
        (b"\x80\x81,\xff", "not UTF-8 text"),
        (b"Text,Region\nx\x00,Warsaw\n", "This is no text file"),
        (b"PK\x03\x04\x00\x00", "This is no text file"),
        (b"Text,Region\n" + b"x,Warsaw\n" * (reading.ROWS + 1), "more than 200 lines"),
        (b"Text,Region\n" + b"x" * reading.BYTES, "larger than 400 kB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(today, cast, content, said):
    answer = send(cast.author, content)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert posts() == []


def test_formulas_and_odd_cells_are_words_and_nothing_else(today, cast):
    table = HEAD + '"=HYPERLINK(""http://x"",""<b>y</b>"")",Warsaw\n' + "'=1+1,Warsaw\n" + '"two\r\nlines",Warsaw\n'
    html = house.body(send(cast.author, table))
    assert "&lt;b&gt;" in html
    take(cast.author, table)
    assert [each.text for each in posts()] == ['=HYPERLINK("http://x","<b>y</b>")', "=1+1", "two\nlines"]
    answer = send(cast.author, HEAD + "bad\x07bell,Warsaw\n")
    assert "characters that cannot be stored" in answer.get_data(as_text=True)


def test_channels_are_those_of_the_region_in_which_one_writes(today, cast, channel):
    elsewhere = make.channel(cast, cast.dubai)
    elsewhere.handle = "@pomela_ae"
    other = make.channel(cast, network="bluesky")
    other.handle = "pomela_pl"
    db.commit()
    html = send(cast.author, HEAD + line(channels="@pomela_ae")).get_data(as_text=True)
    assert "“@pomela_ae” is no channel that you may use in this region." in html
    html = send(cast.author, HEAD + line(channels="pomela_pl")).get_data(as_text=True)
    assert "Several channels are called “pomela_pl”" in html
    assert take(cast.author, HEAD + line(channels="bluesky pomela_pl")).status_code == 303
    assert [v.channel.network for v in posts()[0].variants] == ["bluesky"]


def test_the_template_is_a_table_that_would_be_taken(today, cast, channel):
    answer = cast.author.get("/posts/import/template.csv")
    assert answer.data.startswith(sheets.MARK.encode())
    assert "1 draft would be made" in house.body(send(cast.author, answer.data))
    read = reading.read(answer.data, cast.actor("author"))
    assert [row.values.wall for row in read.rows] == ["2026-10-08T10:00"]


def test_a_channel_whose_name_has_spaces_is_found(today, cast, channel):
    """As a Site feed has it: the table to begin with was refused for its own row."""
    channel.handle = "Pomela Polska"
    db.commit()
    answer = cast.author.get("/posts/import/template.csv")
    assert "Pomela Polska" in answer.data.decode()
    assert "1 draft would be made" in house.body(send(cast.author, answer.data))
    other = make.channel(cast, network="bluesky")
    other.handle = "Pomela Polska"
    db.commit()
    html = send(cast.author, HEAD + line(channels="Pomela Polska")).get_data(as_text=True)
    assert "Several channels are called “Pomela Polska”" in html
    assert take(cast.author, HEAD + line(channels="Bluesky Pomela Polska")).status_code == 303
    assert [v.channel.network for v in posts()[0].variants] == ["bluesky"]
    html = send(cast.author, HEAD + line(channels="Polska")).get_data(as_text=True)
    assert "“Polska” is no channel that you may use in this region." in html


def test_the_same_file_and_the_same_row_twice_and_a_time_that_is_over_are_pointed_at(today, cast):
    table = HEAD + line(day="2026-09-01", time="10:00") + line(day="2026-09-01", time="10:00")
    html = house.body(send(cast.author, table))
    assert "This time is over." in html
    assert "The same as line 2." in html
    assert "was imported before" not in html
    take(cast.author, table)
    assert "This file was imported before" in house.body(send(cast.author, table))


def test_undoing_deletes_what_nobody_touched(today, cast):
    table = HEAD + line("One") + line("Two") + line("Three")
    take(cast.author, table)
    made = db.session.scalars(sa.select(Import)).one()
    _one, two, three = posts()
    two.version += 1
    comments.add(three, "Nice", cast.actor("author"))
    db.commit()
    answer = cast.author.post(f"/posts/imports/{made.id}/undo")
    assert answer.status_code == 303
    assert [(each.text, each.deleted_at is None) for each in posts()] == [
        ("One", False),
        ("Two", True),
        ("Three", True),
    ]
    assert cast.author.post(f"/posts/imports/{made.id}/undo").status_code == 303
    db.session.expire_all()
    assert db.session.scalars(sa.select(Import)).one().undone_at is not None


def test_only_who_imported_undoes_and_only_who_writes_imports(today, cast):
    take(cast.author, HEAD + line())
    made = db.session.scalars(sa.select(Import.id)).one()
    for name in ("stranger", "teammate", "approver"):
        assert getattr(cast, name).post(f"/posts/imports/{made}/undo").status_code == 404, name
    assert cast.approver.get("/posts/import").status_code == 403
    assert send(cast.approver, HEAD + line()).status_code == 403
    assert len(posts()) == 1


def test_reading_names_the_network_only_where_it_must(today, cast, channel):
    with pytest.raises(Invalid):
        reading.read(b"", cast.actor("author"))
    found = reading.read((HEAD + line(language="tlh")).encode(), cast.actor("author"))
    assert [(each.line, each.column) for each in found.errors] == [(2, "Language")]
