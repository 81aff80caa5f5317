"""The one blueprint of the room; its view modules hang their pages on it."""

from collections.abc import Sequence

from flask import Blueprint

from webapp.http.saving import saving

from . import hidden, marking, sights
from .revisions import Content

bp = Blueprint("posts", __name__)
bp.add_app_template_filter(hidden.shown, "shown")
bp.add_app_template_global(marking.stretches, "stretches")


@bp.app_template_global("sights")
def shown_pictures(parts: Sequence[Content]) -> dict[str, str]:
    """The picture to show for each asset, as large as this person wants to load."""
    return sights.sights(parts, saving())
