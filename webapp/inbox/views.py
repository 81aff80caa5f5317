"""The pages of the inbox, each beside its noun; imported here so that the room opens with all of them."""

from .approval import views as approval_views
from .authors import views as author_views
from .canned import macro_views
from .canned import views as canned_views
from .canned.changes import views as canned_change_views
from .canned.pictures import views as canned_picture_views
from .hints import views as hint_views
from .listing import views as list_views
from .pictures import views as picture_views
from .replying import act_views, public_views
from .replying import views as reply_views
from .rules import views as rule_views
from .settings import views as settings_views
from .shared_views import bp
from .thread import views as thread_views
from .webmention import views as webmention_views
from .work import views as work_views

__all__ = [
    "act_views",
    "approval_views",
    "author_views",
    "bp",
    "canned_change_views",
    "canned_picture_views",
    "canned_views",
    "hint_views",
    "list_views",
    "macro_views",
    "picture_views",
    "public_views",
    "reply_views",
    "rule_views",
    "settings_views",
    "thread_views",
    "webmention_views",
    "work_views",
]
