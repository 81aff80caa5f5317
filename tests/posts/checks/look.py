"""What the tests of checks share: one key of a report, for a working copy or as it was sent."""

from webapp.posts import checks
from webapp.posts.checks import Check, Level
from webapp.posts.models import Post


def of(post: Post, key: str) -> list[tuple[Level, str]]:
    """Level and title of each finding of a key."""
    return [(c.level, c.title) for c in found(post, key)]


def found(post: Post, key: str) -> list[Check]:
    return [c for c in checks.of_working(post).checks if c.key == key]


def levels(post: Post, key: str) -> list[Level]:
    return [c.level for c in found(post, key)]
