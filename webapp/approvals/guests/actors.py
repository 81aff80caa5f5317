"""A guest as an actor: somebody who acts, holds no permission anywhere, and is no person of ours."""

from dataclasses import dataclass

from webapp.people.permissions import Actor

from .models import Guest


@dataclass(frozen=True)
class Outsider(Actor):
    """Who acts by a link. Whatever asks for a permission is answered no."""


def of(guest: Guest, zone: str = "UTC") -> Outsider:
    """A guest who acts. `zone`: where what they look at goes out, since nobody knows where they are."""
    return Outsider(
        id=guest.id,
        organization_id=guest.organization_id,
        membership_id=guest.id,
        name=guest.name,
        email=guest.email,
        language=guest.language,
        zone=zone,
    )
