"""How Pomela says yes: Brand always, Legal too when a post is paid, makes a new claim or says a risky word."""

from datetime import timedelta

from webapp import times
from webapp.approvals.workflows import versions
from webapp.approvals.workflows.choosing import DEFAULT
from webapp.people import organizations, roles
from webapp.people.models import Membership, Region
from webapp.people.permissions import Actor, Permission
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign, Label

LABELS = ("Recipe", "Health", "Price")
CAMPAIGN = "Grapefruit season"
BEFORE, AFTER = 7, 21
"""Days that it runs already, and that it has left."""
WHEN = ("words", "claim", "paid")


def set_up(top: Region, legal: Membership, by: Actor) -> None:
    """Labels, a campaign, the role of Legal, and the workflow of the organization."""
    for name in LABELS:
        catalog.create(Label, {"name": name}, by)
    today = times.today(top.zone)
    days = {"starts_on": today - timedelta(days=BEFORE), "ends_on": today + timedelta(days=AFTER)}
    catalog.create(Campaign, {"name": CAMPAIGN, **days}, by)
    role = roles.create("Legal", [Permission.VIEW, Permission.COMMENT], by)
    organizations.grant(legal, role, top, by=by)
    administrators = next(each for each in roles.all_of(by.organization_id) if each.key == "administrator")
    draft = versions.create("organization", None, by, "Brand, then Legal")
    draft.stages = [
        {**DEFAULT, "id": "brand", "name": "Brand"},
        {
            "id": "legal",
            "name": "Legal",
            "who": [{"kind": "role", "role": str(role.id), "where": "headquarters"}],
            "needed": "any",
            "when": [{"key": key} for key in WHEN],
            "limit": 8.0,
            "steps": [
                {"after": 0.0, "do": "remind", "role": None},
                {"after": 8.0, "do": "escalate", "role": str(administrators.id)},
            ],
        },
    ]
    versions.publish(draft, by)
