"""The approval record of a post as a page to print, and as a PDF where that can be made."""

import uuid

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp import times
from webapp.approvals.shared_views import bp
from webapp.errors import NotFound
from webapp.http.answer import page
from webapp.http.find import find
from webapp.posts.models import Post

from . import paper, record


def _internal() -> bool:
    """Whether the words of internal comments and reasons are wanted too."""
    return request.args.get("internal") == "1"


@bp.get("/posts/<uuid:post_id>/record")
def record_page(post_id: uuid.UUID) -> Response:
    """To read, and to print."""
    post = find(Post, post_id)
    return _private(page("approvals/record.html", paper=paper.able(), **record.context(post, internal=_internal())))


@bp.get("/posts/<uuid:post_id>/record.pdf")
def record_file(post_id: uuid.UUID) -> Response:
    """The same as a file; 404 where no PDF can be made."""
    post = find(Post, post_id)
    if not paper.able():
        raise NotFound
    html = render_template("approvals/record_paper.html", **record.context(post, internal=_internal()))
    response = Response(paper.pdf(html), mimetype="application/pdf")
    name = f"nod-record-{post.id.hex[:8]}-{times.today(post.region.zone).isoformat()}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
