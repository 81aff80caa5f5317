"""The one blueprint of approvals; the modules of views hang their pages on it."""

from flask import Blueprint

bp = Blueprint("approvals", __name__)
