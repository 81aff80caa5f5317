"""The one blueprint of approvals; the modules of views hang their pages on it."""

from flask import Blueprint, g

bp = Blueprint("approvals", __name__)


@bp.before_request
def place() -> None:
    """All of these pages belong to the tab Approvals, also the card, whose address begins at its post."""
    g.tab = "/approvals"
