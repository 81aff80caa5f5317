"""What the terminal does for people: a sign-in code, a first organization, the demo company."""

from webapp import demo, times
from webapp.people import codes, organizations

from . import sealed
from .ground import Refusal


def code(mail: str) -> list[str]:
    """A sign-in code for an address, as if it had been mailed."""
    fresh = codes.issue(mail)
    minutes = int(codes.LIFE.total_seconds() // 60)
    return [f"{fresh}  (for {codes.address(mail)}, {minutes} minutes, one use)"]


def create_organization(name: str, mail: str, zone: str, language: str) -> list[str]:
    """An organization and its administrator, who signs in with a code."""
    organization = organizations.create(name, zone=zone, language=language)
    person = organizations.person_for(mail, language=language, zone=zone)
    top = organizations.root_of(organization.id)
    member = organizations.add_member(organization.id, person, "administrator", top, by=None)
    member.joined_at = times.now()
    return [f"{name} is there. {person.email} signs in with a code: `nod code {person.email}` prints one."]


def load_demo() -> list[str]:
    """The demo company, on an installation that has no organization yet. Raises Refusal."""
    if sealed.has_organizations():
        raise Refusal("There is an organization here already: load the demo company into an empty data folder.")
    demo.load()
    return ["The demo company is loaded."]
