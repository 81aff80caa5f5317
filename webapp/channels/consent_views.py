"""The way back from a network: a page that changes nothing, a button for the code, a button that connects."""

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow, find
from webapp.networks import network
from webapp.networks.base import NetworkError
from webapp.people import reach
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import connect, connect_views, consents, queries
from .models import Channel, Consent
from .shared_views import bp

_TAKEN = ("code", "state", "iss", "error", "error_description")


def _answer(source: object) -> dict[str, str]:
    """What the network sent, and nothing else."""
    return {name: source.get(name, "")[:2000] for name in _TAKEN if source.get(name)}  # type: ignore[attr-defined]


@bp.get("/channels/callback")
def callback() -> Response:
    """Shows what is about to be connected. Nothing is written or fetched here."""
    consent = consents.returned(request.args.get("state", ""), actor())
    response = page(
        "channels/callback.html",
        consent=consent,
        network=network(consent.network),
        server=consents.server(consent),
        region=queries.region(consent.region_id),
        answer=_answer(request.args),
        denied=request.args.get("error") == "access_denied",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/channels/callback")
def exchange() -> Response:
    """Spend the state, exchange the code; a channel that was lost is well again at once when it is the same profile."""
    answer = _answer(request.form)
    consent = consents.returned(answer.get("state", ""), actor())
    region = find(Region, consent.region_id, may=Permission.CHANNELS)
    consent_id, channel_id, key = consent.id, consent.channel_id, consent.network
    try:
        profile = consents.exchange(consent, answer, connect_views.callback_url())
    except NetworkError as error:
        return page(
            "channels/refused.html", 422, network=network(key), message=connect_views.sentence(error), region=region
        )
    channel = find(Channel, channel_id, may=Permission.CHANNELS) if channel_id else None
    if channel is not None and connect.same(channel, profile):
        connect.reconnect(channel, profile, actor())
        return go(url_for("channels.show", channel_id=channel.id), connect_views.done(channel))
    consents.keep(consent_id, profile)
    return go(url_for("channels.confirmation", consent_id=consent_id))


@bp.get("/channels/consents/<uuid:consent_id>")
def confirmation(consent_id: uuid.UUID) -> Response:
    """Connect @name, or not."""
    consent = consents.exchanged(consent_id, actor())
    return _confirm(consent)


def _confirm(consent: Consent) -> Response:
    channel = find(Channel, consent.channel_id) if consent.channel_id else None
    return page(
        "channels/confirm.html",
        consent=consent,
        profile=consents.profile(consent),
        network=network(consent.network),
        region=queries.region(consent.region_id),
        channel=channel,
        owner=reach.names([consent.owner_id or actor().id]).popitem()[1],
    )


@bp.post("/channels/consents/<uuid:consent_id>")
def confirm(consent_id: uuid.UUID) -> Response:
    """Make the channel."""
    consent = consents.exchanged(consent_id, actor())
    allow(Permission.CHANNELS, queries.region(consent.region_id))
    region = queries.region(consent.region_id)
    owner_id = consent.owner_id or actor().id
    profile = consents.finish(consent)
    channel = connect.connect(consent.network, profile, region, owner_id, actor())
    return go(url_for("channels.show", channel_id=channel.id), connect_views.done(channel))
