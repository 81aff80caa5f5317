"""Where an app folds a text: between sentences it may, through a link or a sentence it should not."""

import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from webapp.networks import folding
from webapp.posts.checks import Level
from webapp.posts.checks.texts import badly_cut, ends_whole


def test_a_fold_counts_lines_as_they_are_shown() -> None:
    assert folding.at("a\n" * 3, (3, 40)) is None
    assert folding.at("a\nb\nc\nd", (3, 40)) == 6
    assert folding.at("x" * 80 + "y", (2, 40)) == 80
    assert folding.at("👩‍👩‍👧" * 80, (2, 40)) is None
    assert folding.at("anything", None) is None


@pytest.mark.parametrize(
    ("words", "at", "problem"),
    [
        ("One. Two goes on", 8, "A sentence is cut there. Say the important thing first."),
        ("One. Two goes on", 5, ""),
        ("One\nTwo", 4, ""),
        ("See https://pomela.example/long for more", 12, "A link is cut there. Move it up."),
        ("“Really?” Yes", 10, ""),
    ],
)
def test_what_a_fold_cuts(words: str, at: int, problem: str) -> None:
    assert badly_cut(words, at) == problem


def test_a_long_poem_is_folded_on_one_network_and_whole_on_another(cast: Cast) -> None:
    sky, feed = make.channel(cast, network="bluesky"), make.channel(cast)
    poem = "\n".join(["line"] * 24) + "\nand this one goes on\nhere " + "x" * 20
    post = make.post(cast, [sky, feed], poem)
    assert [(c.level, c.channel_id) for c in look.found(post, "fold")] == []
    post.text = "\n".join(["line"] * 24) + "\n" + "and this one goes on without an end " * 2
    assert [(c.level, c.channel_id) for c in look.found(post, "fold")] == [(Level.INFO, sky.id)]
    assert ends_whole("これは終わり。")
