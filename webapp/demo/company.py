"""The demo company as data: Pomela makes a grapefruit drink and posts from five offices. People are named by role."""

from dataclasses import dataclass

NAME = "Pomela"
MAIL = "pomela.example"
HEADQUARTERS = "Europe/London"


@dataclass(frozen=True)
class Office:
    """A region under headquarters with the name of its Site feed; `hours` are wall time, `days` ISO weekdays."""

    key: str
    name: str
    zone: str
    country: str
    language: str
    feed: str
    hours: tuple[str, str] = ("09:00", "17:00")
    days: tuple[int, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Member:
    """Somebody by role: built-in role, office (empty: headquarters), and what they do here in a few words."""

    key: str
    name: str
    role: str
    office: str
    does: str
    language: str = "en"


OFFICES = (
    Office("warsaw", "Warsaw", "Europe/Warsaw", "PL", "pl", "Pomela Polska"),
    Office("sao-paulo", "São Paulo", "America/Sao_Paulo", "BR", "pt", "Pomela Brasil", ("09:00", "18:00")),
    Office("tokyo", "Tokyo", "Asia/Tokyo", "JP", "ja", "Pomela Japan", ("09:30", "18:30")),
    Office("dubai", "Dubai", "Asia/Dubai", "AE", "ar", "Pomela Emirates", ("09:00", "18:00"), (1, 2, 3, 4, 5)),
)
HEADQUARTERS_FEED = "Pomela"

PEOPLE = (
    Member("warsaw.approver", "Warsaw approver", "approver", "warsaw", "Gives the nod to Warsaw's posts"),
    Member("warsaw.author", "Warsaw author", "author", "warsaw", "Writes for Warsaw and sends for approval"),
    Member("headquarters.approver", "Headquarters approver", "approver", "", "Gives the nod in every region"),
    Member("planner", "Planner", "planner", "", "Plans all regions, releases what is held"),
    Member("legal", "Legal", "guest", "", "Says yes to what is paid and what claims something"),
    Member("sao.paulo.author", "São Paulo author", "author", "sao-paulo", "Writes for São Paulo"),
    Member("tokyo.author", "Tokyo author", "author", "tokyo", "Writes for Tokyo"),
    Member("dubai.author", "Dubai author", "author", "dubai", "Writes for Dubai"),
    Member("analyst", "Analyst", "analyst", "", "Reads, and exports the activity"),
    Member("administrator", "Administrator", "administrator", "", "People, channels, settings: everything"),
)
