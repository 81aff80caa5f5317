"""Every table of every room, for migrations and for tests: importing this fills the metadata."""

from . import events, leases
from .approvals import models as approvals
from .approvals.bulk import models as bulk
from .approvals.guests import models as guests
from .approvals.life import models as life
from .assets import models as assets
from .calendar import models as calendar
from .calendar.series import models as series
from .calendar.shifting import models as shifts
from .channels import models as channels
from .db import Base
from .http import models as http
from .inbox import models as inbox
from .inbox.approval import models as reply_approval
from .inbox.canned import models as canned
from .inbox.canned.changes import models as canned_changes
from .inbox.hints import models as hints
from .inbox.replying import models as replying
from .inbox.rules import models as rules
from .inbox.webmention import models as webmention
from .ops import heartbeat
from .people import models as people
from .people.absence import models as absence
from .posts import models as posts
from .posts.adapting import models as adapting
from .posts.ideas import models as ideas
from .posts.importing import models as importing
from .posts.labels import models as labels
from .posts.links import models as post_links
from .posts.nearby import models as nearby
from .posts.templating import models as templates
from .posts.wordlists import models as wordlists
from .publishing import models as publishing
from .push import models as push

__all__ = [
    "absence",
    "adapting",
    "approvals",
    "assets",
    "bulk",
    "calendar",
    "canned",
    "canned_changes",
    "channels",
    "events",
    "guests",
    "heartbeat",
    "hints",
    "http",
    "ideas",
    "importing",
    "inbox",
    "labels",
    "leases",
    "life",
    "nearby",
    "people",
    "post_links",
    "posts",
    "publishing",
    "push",
    "reply_approval",
    "replying",
    "rules",
    "series",
    "shifts",
    "templates",
    "webmention",
    "wordlists",
]

metadata = Base.metadata
