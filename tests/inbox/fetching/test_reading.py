"""Language, questions and spam: guesses whose quality is measured, not assumed."""

import pytest

from tests.inbox.fetching.comments import COMMENTS
from webapp.inbox.reading import language, questions, spam


@pytest.mark.parametrize("code", COMMENTS)
def test_short_comments_are_in_their_language(code):
    right = sum(language.tell(comment) == code for comment in COMMENTS[code])
    assert right >= 19, f"{right} of {len(COMMENTS[code])}"


@pytest.mark.parametrize(
    ("text", "hint", "found"),
    [
        ("👍👍", "pl", "pl"),
        ("👍👍", "", ""),
        ("@ann https://example.com #wow", "de-AT", "de"),
        ("ok", "ja", "ja"),
        ("", "", ""),
        ("素晴らしい", "", "ja"),
        ("Where is my parcel, please answer me", "pl", "en"),
    ],
)
def test_what_is_too_little_is_as_the_network_says(text, hint, found):
    assert language.tell(text, hint) == found


@pytest.mark.parametrize("code", COMMENTS)
def test_what_has_a_question_mark_asks_and_thanks_do_not(code):
    marked = [comment for comment in COMMENTS[code] if comment.rstrip()[-1] in "?？؟"]
    assert all(questions.asks(comment) for comment in marked)
    assert not questions.asks(COMMENTS[code][13]), COMMENTS[code][13]


@pytest.mark.parametrize(
    "text",
    [
        "when do you open",
        "kiedy otwieracie sklep",
        "何時に開きますか",
        "cuándo vuelve a estar",
        "wo kann ich das kaufen",
    ],
)
def test_a_question_without_its_mark_asks_too(text):
    assert questions.asks(text)


@pytest.mark.parametrize("text", ["Love it", "https://example.com/?a=b", "Which!", "I know what you mean", ""])
def test_what_asks_nothing(text):
    assert not questions.asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Earn $500 daily with crypto, WhatsApp +44 7700 900123",
        "Casino bonus https://x.top",
        "I recovered my funds, write me on Telegram @hacker_pro https://t.me/x",
        "Free followers! click here http://a.xyz",
    ],
)
def test_advertisements_are_likely_spam(text):
    assert spam.likely(text)


def test_no_honest_comment_is_spam():
    assert [comment for each in COMMENTS.values() for comment in each if spam.likely(comment)] == []
    assert not spam.likely("See our page https://example.com/menu")
    assert not spam.likely("My number is +44 7700 900123, please call")


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Ein SPAMMER hier", "spam", True),
        ("antispam", "spam", False),
        ("Rabatt-code!", "rabatt-code", True),
        ("これは詐欺です", "詐欺", True),
        ("ＳＰＡＭ", "spam", True),
        ("nothing", "", False),
        ("a (b", "a (b", True),
    ],
)
def test_blocked_words(text, word, found):
    assert spam.blocked(text, spam.lines(word)) is found
