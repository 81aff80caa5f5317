"""Passkeys: sign in with the phone's own lock (WebAuthn Level 3).

The person must be verified by the device, and a challenge is kept on the server and spent once, in a transaction of its
own, whatever comes of it. The credential is found by its id and says whose it is: no address is typed.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _

from .models import Challenge, Passkey, Person
from .permissions import Actor

LIFE = timedelta(minutes=5)
MOST = 20
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """Who we are to an authenticator: the address people type."""

    origin: str

    @property
    def rp_id(self) -> str:
        """The host without its port."""
        return urlsplit(self.origin).hostname or ""


def of(person_id: uuid.UUID) -> list[Passkey]:
    """A person's passkeys, oldest first."""
    return list(session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)))


def sign_in_options(site: Site) -> str:
    """Options for `navigator.credentials.get`, as JSON; the caller commits."""
    options = webauthn.generate_authentication_options(rp_id=site.rp_id, user_verification=_VERIFIED)
    _remember("sign-in", options.challenge, None)
    return options_to_json(options)


def adding_options(site: Site, person: Person) -> str:
    """Options for `navigator.credentials.create`, as JSON; the caller commits."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Nod",
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(p.credential_id)) for p in of(person.id)
        ],
    )
    _remember("adding", options.challenge, person.id)
    return options_to_json(options)


def _remember(purpose: str, challenge: bytes, person_id: uuid.UUID | None) -> None:
    session.add(
        Challenge(
            id=db.new_id(),
            purpose=purpose,
            person_id=person_id,
            challenge=bytes_to_base64url(challenge),
            expires_at=times.now() + LIFE,
        )
    )


def _spend(purpose: str, challenge: bytes, person_id: uuid.UUID | None) -> bool:
    """Use up a challenge; False when it is not ours, is over or was used."""
    now = times.now()
    with db.keep() as own:
        spent = own.scalar(
            sa.update(Challenge)
            .where(
                Challenge.purpose == purpose,
                Challenge.challenge == bytes_to_base64url(challenge),
                Challenge.person_id == person_id if person_id else Challenge.person_id.is_(None),
                Challenge.used_at.is_(None),
                Challenge.expires_at > now,
            )
            .values(used_at=now)
            .returning(Challenge.id)
            .execution_options(synchronize_session=False)
        )
    return spent is not None


def _read(credential: str) -> tuple[dict[str, Any], bytes]:
    """The credential as sent, and the challenge it answers. ValueError when it is none."""
    try:
        found = json.loads(credential)
        client = parse_client_data_json(base64url_to_bytes(found["response"]["clientDataJSON"]))
        return found, client.challenge
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, WebAuthnException):
        raise ValueError("not a credential") from None


def add(site: Site, person: Person, credential: str, name: str, by: Actor) -> Passkey:
    """Keep a new passkey. Raises Invalid when the device's answer does not hold, Conflict when there are too many."""
    try:
        found, challenge = _read(credential)
        if not _spend("adding", challenge, person.id):
            raise ValueError("challenge")
        verified = webauthn.verify_registration_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (ValueError, TypeError, KeyError, WebAuthnException):
        raise Invalid(fields={"credential": _("The passkey could not be added. Try again.")}) from None
    return _keep(person, verified, name, by)


def _keep(person: Person, verified: Any, name: str, by: Actor) -> Passkey:
    if len(of(person.id)) >= MOST:
        raise Conflict(_("You have twenty passkeys. Remove one first."))
    credential_id = bytes_to_base64url(verified.credential_id)
    if session.scalar(sa.select(Passkey.id).where(Passkey.credential_id == credential_id)):
        raise Conflict(_("This passkey is in use already."))
    passkey = Passkey(
        id=db.new_id(),
        person_id=person.id,
        credential_id=credential_id,
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        name=name,
    )
    session.add(passkey)
    events.record("passkey.added", passkey, by=by, organization_id=by.organization_id)
    return passkey


def remove(passkey: Passkey, by: Actor) -> None:
    """Forget a passkey: it signs nobody in any more."""
    events.record("passkey.removed", passkey, by=by, organization_id=by.organization_id)
    session.delete(passkey)


def check(site: Site, credential: str) -> Person | None:
    """Whose passkey answered a challenge of ours; None when it does not hold."""
    try:
        found, challenge = _read(credential)
        if not _spend("sign-in", challenge, None):
            return None
        passkey = session.scalars(sa.select(Passkey).where(Passkey.credential_id == str(found.get("id", "")))).first()
        return _verified(site, passkey, found, challenge) if passkey else None
    except (ValueError, TypeError, KeyError, WebAuthnException):
        return None


def _verified(site: Site, passkey: Passkey, found: dict[str, Any], challenge: bytes) -> Person | None:
    answer = webauthn.verify_authentication_response(
        credential=found,
        expected_challenge=challenge,
        expected_rp_id=site.rp_id,
        expected_origin=site.origin,
        credential_public_key=base64url_to_bytes(passkey.public_key),
        credential_current_sign_count=passkey.sign_count,
        require_user_verification=True,
    )
    passkey.sign_count, passkey.used_at = answer.new_sign_count, times.now()
    return session.get(Person, passkey.person_id)
