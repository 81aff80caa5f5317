"""What looking costs: bounded statements, and for a yes no more than what can block needs."""

from tests.bench.pages import counted
from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.db import session
from webapp.posts import checks, revisions
from webapp.posts.checks import Level
from webapp.posts.models import Post, Revision
from webapp.posts.wordlists import keeping

TEXT = "Nowa lemoniada z grejpfruta czeka w kawiarni https://pomela.example @ania@else.example"


def _sent(cast: Cast) -> Revision:
    keeping.keep(cast.warsaw, "pl", {"banned": "cud*", "partner": "Zestowa"}, cast.actor("administrator"))
    channels = [make.channel(cast, network=key) for key in ("site", "mastodon", "bluesky")]
    post = make.post(cast, channels, TEXT)
    make.picture(post, make.asset(cast))
    revision = revisions.freeze(post, cast.actor("author"))
    db.commit()
    return revision


def _asked(cast: Cast, what) -> int:
    """Statements of the second time, when what a process keeps is kept."""
    revision_id = _sent(cast).id
    for _time in range(2):
        session.remove()
        revision = session.get_one(Revision, revision_id)
        post = session.get_one(Post, revision.post_id)
        with counted() as made:
            what(revision, post)
    return sum(each.lstrip().upper().startswith("SELECT") for each in made)


def test_a_yes_asks_for_the_channels_and_their_deliveries_only(cast: Cast) -> None:
    assert _asked(cast, checks.blocks) == 2


def test_a_card_asks_six_times_however_much_is_in_the_post(cast: Cast) -> None:
    assert _asked(cast, checks.of_revision) <= 6


def test_what_advises_never_blocks_and_the_short_list_blocks_the_same(cast: Cast) -> None:
    revision = _sent(cast)
    keeping.keep(cast.warsaw, "pl", {"banned": "lemoniad*"}, cast.actor("administrator"))
    post = session.get_one(Post, revision.post_id)
    whole = checks.of_revision(revision, post)
    assert [c.key for c in whole.blocks] == ["banned"]
    assert checks.blocks(revision, post) == whole.blocks
    subject = checks.Subject(post, revision.content, tuple(v.channel for v in post.variants), revision)
    assert not [c for look in checks.ADVICE for c in look(subject, None) if c.level == Level.BLOCK]
