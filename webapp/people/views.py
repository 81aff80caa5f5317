"""The pages of people and sign-in: each module below adds its own to the one blueprint."""

from . import (
    account_views,
    device_key_views,
    keys_views,
    members_views,
    places_views,
    roles_views,
    set_up_views,
    sign_in_views,
    ways_views,
)
from .absence import views as absence_views
from .base_views import bp

PAGES = (
    sign_in_views,
    ways_views,
    set_up_views,
    account_views,
    keys_views,
    device_key_views,
    members_views,
    places_views,
    roles_views,
    absence_views,
)
__all__ = ["PAGES", "bp"]
