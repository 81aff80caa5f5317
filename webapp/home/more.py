"""The rows of More: each place a person may go to, in groups. What they may not use is not shown."""

from dataclasses import dataclass

from webapp.i18n import N_, _
from webapp.people.permissions import Actor, Permission


@dataclass(frozen=True)
class Place:
    """A row: address, words, picture, and what one must be allowed to do (or nothing)."""

    url: str
    label: str
    note: str
    icon: str
    may: Permission | None = None
    hatch: bool = False


PLACES: dict[str, tuple[Place, ...]] = {
    N_("Work"): (
        Place("/posts", N_("Posts"), N_("Everything that is written, by state and words"), icon="files"),
        Place("/ideas", N_("Ideas"), N_("What may become a post"), icon="pencil"),
        Place(
            "/posts/import",
            N_("Import posts"),
            N_("Many drafts from one table"),
            icon="layers",
            may=Permission.WRITE,
        ),
        Place("/channels", N_("Channels"), N_("Connected profiles, and whether they work"), icon="radio"),
        Place(
            "/canned", N_("Canned replies"), N_("What is said often, by language and region"), icon="messages-square"
        ),
    ),
    N_("The team"): (
        Place("/people", N_("People"), N_("Who is here, and what they may do"), icon="users"),
        Place("/regions", N_("Regions"), N_("Offices, their zones and hours"), icon="map-pin"),
        Place("/roles", N_("Roles"), N_("Named sets of permissions"), icon="key-round", may=Permission.PEOPLE),
    ),
    N_("If something goes wrong"): (
        Place(
            "/pause",
            N_("Pause posting"),
            N_("Stops everything in a region or on a channel at once"),
            icon="pause",
            may=Permission.PAUSE,
            hatch=True,
        ),
        Place(
            "/deliveries",
            N_("Trouble"),
            N_("Held, unknown and failed posts"),
            icon="triangle-alert",
            may=Permission.RELEASE,
        ),
    ),
    N_("The organization"): (
        Place("/adaptations", N_("Adaptations"), N_("What headquarters hands to its regions"), icon="copy"),
        Place("/campaigns", N_("Campaigns"), N_("Goals, days, and how far each is"), icon="calendar-clock"),
        Place("/labels", N_("Labels and campaigns"), N_("What groups posts and conversations"), icon="hash"),
        Place("/words", N_("Words and claims"), N_("What posts may not say or must prove"), icon="spell-check"),
        Place(
            "/inbox/settings",
            N_("Reply times and blocked words"),
            N_("How soon each region answers, and what is spam"),
            icon="timer",
            may=Permission.SETTINGS,
        ),
        Place(
            "/workflows",
            N_("Workflows"),
            N_("Who must say yes, in which order"),
            icon="git-branch",
            may=Permission.SETTINGS,
        ),
        Place(
            "/reports/approvals",
            N_("Approvals in numbers"),
            N_("How long a yes takes, and what waits on whom"),
            icon="chart-column",
            may=Permission.ACTIVITY,
        ),
        Place(
            "/activity",
            N_("Activity"),
            N_("Who did what, when and from where"),
            icon="history",
            may=Permission.ACTIVITY,
        ),
        Place(
            "/settings",
            N_("Settings"),
            N_("Name, language, when late is too late"),
            icon="settings",
            may=Permission.SETTINGS,
        ),
    ),
}


def places(actor: Actor) -> list[tuple[str, list[Place]]]:
    """Groups with the rows this person may use; empty groups are left out."""
    groups = [(_(title), [p for p in rows if p.may is None or actor.may(p.may)]) for title, rows in PLACES.items()]
    return [(title, rows) for title, rows in groups if rows]
