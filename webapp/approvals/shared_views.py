"""The one blueprint of approvals; the modules of views hang their pages on it."""

from flask import Blueprint, g, request

bp = Blueprint("approvals", __name__)


@bp.before_request
def place() -> None:
    """All of these pages belong to the tab Approvals, also the card, whose address begins at its post; but workflows
    are found under More."""
    g.tab = "/more" if request.path.startswith("/workflows") else "/approvals"
