"""What another app shares with Nod. The worker keeps it and opens the composer; without one, this is the way.

The browser sends it, not a page of ours, so it carries no token: it only shows a form and writes nothing. A page of
somebody else's that posts here comes without the session (SameSite) and is led to the way in.
"""

from flask import request
from werkzeug.wrappers import Response

from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.find import allow
from webapp.people.permissions import Permission

from .composer_forms import TEXT
from .forms import NewPost
from .shared_views import bp


@bp.post("/share")
def share() -> Response:
    """The form of a new post with the shared words in it, not saved. Pictures are picked in the composer."""
    allow(Permission.WRITE)
    form = NewPost.offering(actor())
    given = dict.fromkeys(request.form.get(name, "").strip() for name in ("title", "text", "url"))
    form.text.data = "\n".join(word for word in given if word)[:TEXT]
    return page("posts/new.html", form=form, pictures=bool(request.files))


share.from_elsewhere = True  # type: ignore[attr-defined]
