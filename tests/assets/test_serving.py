"""/media/: the right type, never a page, for ever the same, and no way out of the folder."""

import pytest

from tests.cast import Cast
from tests.posts import make


def test_a_picture_is_served_as_itself_and_nothing_else(cast: Cast) -> None:
    asset = make.asset(cast)
    for kind, mime in (("full", "image/jpeg"), ("thumb", "image/webp")):
        answer = cast.signed_out().get(f"/media/{asset.rendition(kind).key}")
        assert (answer.status_code, answer.mimetype) == (200, mime)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(str(answer.headers)) < 600, "they are a twentieth of a picture on a phone"
        again = cast.author.get(
            f"/media/{asset.rendition(kind).key}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    "key",
    [
        "0" * 32 + ".jpg",
        "..%2f..%2fkeys%2fmaster.json",
        "%2e%2e/%2e%2e/nod.db",
        "A" * 32 + ".jpg",
        "0" * 32 + ".html",
        "0" * 32 + ".jpg%00.html",
        ".press-x",
        "",
    ],
)
def test_what_is_no_key_is_not_there(cast: Cast, key: str) -> None:
    assert cast.author.get(f"/media/{key}").status_code == 404
