"""The demo company, loaded on the first start: made by the same verbs that people use, as if its week had happened."""

from webapp.people.models import Person

from . import build, company


def load() -> None:
    """Make Pomela with its people, feeds and posts. Does nothing where there is an organization already."""
    if not build.fresh():
        return
    build.everything()


def cast() -> list[tuple[Person, str]]:
    """The people of the demo company and what each does, in the order a visitor should meet them."""
    found = {person.email: person for person in build.people()}
    pairs = ((found.get(build.address(member)), member.does) for member in company.PEOPLE)
    return [(person, does) for person, does in pairs if person is not None]


__all__ = ["cast", "load"]
