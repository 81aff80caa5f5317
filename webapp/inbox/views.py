"""The pages of the inbox."""

from .shared_views import bp

__all__ = ["bp"]
