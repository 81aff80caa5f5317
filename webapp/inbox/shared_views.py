"""The one blueprint of the room; its view modules hang their pages on it."""

from flask import Blueprint

bp = Blueprint("inbox", __name__)
