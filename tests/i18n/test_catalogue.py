"""The Polish catalogue keeps what a sentence is filled with, in all four forms of its plurals."""

import re

import pytest
from babel.messages.pofile import read_po

from webapp import i18n

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
ENDS = ".:?…"


@pytest.fixture(scope="module")
def messages():
    with (i18n.FOLDER / "pl" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return [message for message in read_po(file, locale="pl") if message.id]


def both(message):
    """(English, Polish) sentences that belong together: all Polish forms stand beside the English plural."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], form) for form in message.string]


def test_every_plural_has_four_forms(messages):
    assert all(len(each.string) == 4 for each in messages if not isinstance(each.id, str))


def test_nothing_that_fills_a_sentence_is_lost(messages):
    wrong = [
        (english, polish)
        for message in messages
        for english, polish in both(message)
        if set(PLACEHOLDER.findall(english)) - set(PLACEHOLDER.findall(polish)) - {"%(n)s"}
    ]
    assert not wrong


def test_sentences_end_as_in_english(messages):
    pairs = [pair for message in messages for pair in both(message)]
    assert not [(en, pl) for en, pl in pairs if (en[-1] in ENDS or pl[-1] in ENDS) and en[-1] != pl[-1]]
