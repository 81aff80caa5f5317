"""Pictures of a draft through HTTP: with and without scripts, in order, described, and nothing typed is lost."""

import io
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.posts.models import Post


@pytest.fixture
def feed(cast: Cast) -> Channel:
    row = make.channel(cast)
    db.commit()
    return row


@pytest.fixture
def url(cast: Cast, feed: Channel) -> str:
    post = make.post(cast, [feed])
    db.commit()
    return f"/posts/{post.id}"


def fresh(url: str) -> Post:
    db.session.remove()
    post = db.session.get(Post, uuid.UUID(url.rsplit("/", 1)[-1]))
    assert post is not None
    return post


def file(data: bytes | None = None, name: str = "one.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data if data is not None else make.png()), name


def form(post: Post, **more: Any) -> dict[str, Any]:
    return {
        "version": str(post.version),
        "region": str(post.region_id),
        "language": "pl",
        "text": "typed meanwhile",
        "channels": [str(v.channel_id) for v in post.variants],
        "when": "soon",
        **more,
    }


def test_without_scripts_what_was_typed_comes_along(cast: Cast, url: str) -> None:
    answer = cast.author.post(f"{url}/media", form(fresh(url), file=[file(), file(name="two.png")]))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/edit#media")
    post = fresh(url)
    assert (post.text, [m.position for m in post.media]) == ("typed meanwhile", [0, 1])
    html = cast.author.get(f"{url}/edit").get_data(as_text=True)
    assert html.count("Say what the picture shows") == 2
    assert "2 pictures have no description" in html


def test_with_scripts_the_answer_is_the_new_row(cast: Cast, url: str) -> None:
    answer = cast.author.post(f"{url}/media", {"file": file()}, htmx=True, key="0123456789abcdef")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    medium = fresh(url).media[0]
    assert f'name="alt-{medium.id}"' in html
    assert "<html" not in html
    assert fresh(url).version == 1


def test_a_refused_file_says_why_and_keeps_the_rest(cast: Cast, url: str) -> None:
    bad = file(b"<svg onload=alert(1)>", "good.png")
    answer = cast.author.post(f"{url}/media", form(fresh(url), file=bad))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "not a picture Nod can use" in html
    assert "typed meanwhile" in html
    short = cast.author.post(f"{url}/media", {"file": file(b"nonsense")}, htmx=True)
    assert (short.status_code, short.mimetype) == (422, "text/plain")
    nothing = cast.author.post(f"{url}/media", form(fresh(url)))
    assert nothing.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Asset)) == 0


def test_more_than_the_ceiling_is_413_before_it_is_read(cast: Cast, url: str) -> None:
    answer = cast.author.post(f"{url}/media", {"file": file(b"\xff\xd8\xff" + b"\0" * 22_000_000)})
    assert answer.status_code == 413


def test_order_description_and_removal(cast: Cast, url: str) -> None:
    cast.author.post(f"{url}/media", {"file": [file(), file(make.png(colour="red")), file(make.png(colour="gold"))]})
    first, second, third = (m.id for m in fresh(url).media)
    assert cast.author.post(f"{url}/media/{third}/place?to=earlier").status_code == 303
    assert [m.id for m in fresh(url).media] == [first, third, second]
    assert cast.author.post(f"{url}/media/{second}/place?to=later").status_code == 303
    assert [m.id for m in fresh(url).media] == [first, third, second]
    words = form(fresh(url), **{f"alt-{first}": "A can", f"decorative-{third}": "y", f"alt-{second}": "x"})
    assert cast.author.post(f"{url}/media/{second}/removal", words).status_code == 303
    post = fresh(url)
    assert [(m.id, m.alt, m.decorative) for m in post.media] == [(first, "A can", False), (third, "", True)]
    assert "no description" not in cast.author.get(f"{url}/edit").get_data(as_text=True)


def test_a_channel_has_its_own_pictures(cast: Cast, url: str, feed: Channel) -> None:
    cast.author.post(f"{url}/media", {"file": file()})
    own = cast.author.post(f"{url}/media?channel={feed.id}", {f"file-{feed.id}": file(make.png(colour="red"))})
    assert own.status_code == 303
    post = fresh(url)
    assert post.variants[0].own_media
    assert sorted(m.variant_id is None for m in post.media) == [False, True]
    assert cast.author.post(f"{url}/media?channel={uuid.uuid4()}", {"file": file()}).status_code == 404


def test_only_pictures_of_this_post_and_only_for_writers(cast: Cast, url: str, feed: Channel) -> None:
    other = make.post(cast, [feed])
    medium = make.picture(other, make.asset(cast))
    db.commit()
    home, path = f"/posts/{other.id}", f"media/{medium.id}"
    assert cast.author.post(f"{url}/{path}/removal").status_code == 404
    for action in ("removal", "place"):
        mine = f"{home}/{path}/{action}"
        assert cast.analyst.post(mine).status_code == 403
        assert cast.teammate.post(mine).status_code == 404
        assert cast.stranger.post(mine).status_code == 404
    assert len(fresh(home).media) == 1
