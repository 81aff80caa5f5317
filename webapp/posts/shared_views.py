"""The one blueprint of the room; its view modules hang their pages on it."""

from flask import Blueprint

from . import hidden, sights

bp = Blueprint("posts", __name__)
bp.add_app_template_filter(hidden.shown, "shown")
bp.add_app_template_global(sights.sights, "sights")
