"""The blueprint that the view modules of publishing share, and what its templates ask for."""

from flask import Blueprint

from webapp.posts.queries import first_line

from . import looks

bp = Blueprint("publishing", __name__)
bp.add_app_template_filter(first_line, "first_line")
bp.add_app_template_global(looks, "looks")  # type: ignore[arg-type]
