"""A consent under way at a network with OAuth: from the button here, over the server there, back to a button here.

The state is random, kept only as a keyed hash, bound to person, session, organization and server, and spent once. The
return shows a page and changes nothing; the exchange of the code happens when the person presses the button, and what
came of it stays sealed until they press "Connect @name".
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.errors import Gone
from webapp.i18n import _
from webapp.networks import network
from webapp.networks.base import Consent as Consents
from webapp.networks.base import Profile
from webapp.people.models import Region
from webapp.people.permissions import Actor
from webapp.vault import fingerprint, vault

from . import registrations
from .models import Channel, Consent

LIFE = timedelta(minutes=30)


def _place(consent: Consent) -> str:
    return f"consent:{consent.organization_id}:{consent.id}"


@dataclass(frozen=True)
class For:
    """What a journey is for: a new channel of a region with its owner, or a channel to reconnect."""

    region: Region
    owner_id: uuid.UUID | None = None
    channel: Channel | None = None


def begin(key: str, values: Mapping[str, str], goal: For, by: Actor, redirect_uri: str) -> str:
    """Start a journey; answers the address at the network. Talks to it before anything is written.

    Raises NetworkError. The caller has ended its transaction (`db.release()`).
    """
    state = secrets.token_urlsafe(32)
    connector = network(key)
    assert isinstance(connector, Consents)
    where = (goal.region.organization_id, key, values.get("server", ""), redirect_uri)
    known = registrations.proven(*where)
    db.release()
    journey = connector.begin({**values, **known}, redirect_uri, state)
    consent = Consent(
        id=db.new_id(),
        organization_id=goal.region.organization_id,
        person_id=by.id,
        session_id=by.session_id,
        region_id=goal.region.id,
        channel_id=goal.channel.id if goal.channel else None,
        owner_id=goal.owner_id,
        network=key,
        state_hash=fingerprint(state, "consent"),
        registration_id=registrations.out(*where, journey.reusable),
    )
    consent.kept = vault().seal(json.dumps(dict(journey.kept)), _place(consent))
    session.add(consent)
    return journey.url


def returned(state: str, by: Actor) -> Consent:
    """The journey a state belongs to, not yet continued. Raises Gone for a forged, foreign, old or spent one."""
    return _mine(by, Consent.state_hash == fingerprint(state[:200], "consent"), Consent.returned_at.is_(None))


def exchanged(consent_id: uuid.UUID, by: Actor) -> Consent:
    """A journey whose code was exchanged, waiting for the last button. Raises Gone."""
    return _mine(by, Consent.id == consent_id, Consent.profile != "", Consent.used_at.is_(None))


def _mine(by: Actor, *conditions: sa.ColumnElement[bool]) -> Consent:
    found = session.scalars(
        sa.select(Consent).where(
            *conditions,
            Consent.organization_id == by.organization_id,
            Consent.person_id == by.id,
            Consent.session_id == by.session_id,
            Consent.created_at > times.now() - LIFE,
        )
    ).first()
    if found is None:
        raise Gone(_("This connection was not started here, or it took too long. Start again from Channels."))
    return found


def server(consent: Consent) -> str:
    """The host the person was sent to, for the page; empty when the network has only one."""
    return _kept(consent).get("server", "").split("//")[-1]


def _kept(consent: Consent) -> dict[str, str]:
    found: dict[str, str] = json.loads(vault().open(consent.kept, _place(consent)))
    return found


def exchange(consent: Consent, answer: Mapping[str, str], redirect_uri: str) -> Profile:
    """Spend the state, then fetch what the code stands for. Raises Gone when spent, NetworkError when refused.

    The state stays spent whatever the network says. Leaves no transaction open while it talks.
    """
    kept, consent_id, key, registration_id = _kept(consent), consent.id, consent.network, consent.registration_id
    with db.keep() as own:
        spent = own.execute(
            sa.update(Consent)
            .where(Consent.id == consent_id, Consent.returned_at.is_(None))
            .values(returned_at=times.now())
            .returning(Consent.id)
        ).scalar()
    if spent is None:
        raise Gone(_("This connection was already continued. Start again from Channels."))
    connector = network(key)
    assert isinstance(connector, Consents)
    found = connector.finish(kept, answer, redirect_uri)
    registrations.back(registration_id)
    return found


def keep(consent_id: uuid.UUID, profile: Profile) -> None:
    """Seal what the network gave until the person confirms it."""
    consent = session.get_one(Consent, consent_id)
    values: dict[str, Any] = {**asdict(profile), "expires_at": profile.expires_at and times.iso(profile.expires_at)}
    consent.profile = vault().seal(json.dumps(values), _place(consent))


def profile(consent: Consent) -> Profile:
    """What was sealed by `keep`."""
    values = json.loads(vault().open(consent.profile, _place(consent)))
    expires = values.pop("expires_at")
    return Profile(**values, expires_at=datetime.fromisoformat(expires) if expires else None)


def finish(consent: Consent) -> Profile:
    """Spend the journey's last step and forget its secrets; answers the profile to connect. Raises Gone when spent."""
    found = profile(consent)
    db.lock(consent)
    if consent.used_at is not None:
        raise Gone(_("This account was already connected from here."))
    consent.used_at, consent.profile, consent.kept = times.now(), "", ""
    return found
