"""The blueprint of the top room, alone, so that its view modules can share it."""

from flask import Blueprint

bp = Blueprint("home", __name__)
