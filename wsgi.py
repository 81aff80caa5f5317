"""The web entrance for any WSGI server: `gunicorn wsgi:app`. Settings come from the environment."""

from webapp import create_app
from webapp.config import from_environment

app = create_app(from_environment())
