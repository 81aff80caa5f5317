"""Names in a cell: parted by commas, in quotation marks where they have some, and read back as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calendar import house
from tests.posts import make
from tests.posts.importing.test_import import posts, send, take
from webapp import db, sheets
from webapp.posts.importing import columns, names


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", []),
        (" , ;", []),
        ("a, b;c|d\ne", ["a", "b", "c", "d", "e"]),
        ("a,a", ["a"]),
        ('"Pomela, Warsaw", other', ["Pomela, Warsaw", "other"]),
        ("“Pomela, Warsaw”; „Sok; Polska”", ["Pomela, Warsaw", "Sok; Polska"]),
        ('"The ""big"", one"', ['The "big", one']),
        ('5" screens, b', ['5" screens', "b"]),
        ('"never closed, b', ['"never closed', "b"]),
        ('"closed" too early, b', ['"closed" too early', "b"]),
    ],
)
def test_names_of_a_cell(cell, found):
    assert names.several(cell) == found


@given(st.lists(st.text(st.sampled_from('ab ,;|\n"“”„é'), min_size=1).map(str.strip).filter(bool), unique=True))
def test_what_is_written_is_read_back(wanted):
    assert names.several(names.together(wanted)) == wanted


def test_a_channel_with_a_comma_is_named_and_the_table_to_begin_with_names_it(cast):
    channel = make.channel(cast)
    channel.handle = 'Pomela, "Warsaw"'
    db.commit()
    table = 'Text,Region,Channels\nWords,Warsaw,"""Pomela, """"Warsaw"""""""\n'
    assert "1 draft would be made" in house.body(send(cast.author, table))
    begun = cast.author.get("/posts/import/template.csv").get_data(as_text=True)
    [(_line, row)] = sheets.lines(begun.removeprefix(sheets.MARK), columns.headings(), {}, 9)
    assert names.several(row["channels"]) == ['Pomela, "Warsaw"']
    assert take(cast.author, begun.removeprefix(sheets.MARK)).status_code == 303
    assert [v.channel_id for v in posts()[0].variants] == [house.key(channel)]
