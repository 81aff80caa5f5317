"""Connecting: choose a network, fill in what it asks for; and the same again for a channel that was lost."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import db, logs
from webapp.errors import Conflict, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow, find
from webapp.i18n import _
from webapp.networks import NETWORKS, network
from webapp.networks.base import Consent, Network, NetworkError, Password, by_consent
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import connect, consents, forms, queries
from .account import account
from .models import Channel
from .shared_views import bp, find_channel, owners


def callback_url() -> str:
    """Where a network sends the browser back to."""
    return url_for("channels.callback", _external=True)


@bp.get("/channels/new")
def choose() -> Response:
    """The networks there are."""
    allow(Permission.CHANNELS)
    return page("channels/choose.html", networks=NETWORKS.values())


def _network(key: str) -> Network:
    if key not in NETWORKS:
        raise NotFound
    return network(key)


@bp.get("/channels/new/<key>")
def new(key: str) -> Response:
    """The form of a network."""
    allow(Permission.CHANNELS)
    return _new(_network(key), _form(_network(key), None))


def _form(chosen: Network, data: Any) -> Any:
    regions = queries.regions(actor(), Permission.CHANNELS)
    people = [(str(person.id), person.name) for person in queries.people(regions)]
    listed = [(str(r.id), r.name) for r in regions]
    return forms.connect_form(chosen, data, listed, people, owner=str(actor().id))


def _new(chosen: Network, form: Any, status: int = 200) -> Response:
    return page("channels/new.html", status, network=chosen, form=form, consent=not isinstance(chosen, Password))


@bp.post("/channels/new/<key>")
def create(key: str) -> Response:
    """Connect with what was typed, or start the consent of a network that has one."""
    chosen = _network(key)
    form = _form(chosen, request.form)
    if not form.validate():
        return _new(chosen, form, 422)
    region = find(Region, uuid.UUID(form.region.data), may=Permission.CHANNELS)
    if form.owner.data not in dict(owners(region.id)):
        form.fail({"owner": _("This person does not see that region. Choose somebody who does.")})
        return _new(chosen, form, 422)
    values = forms.own_values(chosen, form)
    db.release()
    try:
        if by_consent(chosen, values):
            goal = consents.For(region, uuid.UUID(form.owner.data))
            return leave(consents.begin(key, values, goal, actor(), callback_url()), chosen, values)
        assert isinstance(chosen, Password)
        profile = chosen.connect(values)
        channel = connect.connect(key, profile, region, uuid.UUID(form.owner.data), actor())
    except (NetworkError, Conflict) as error:
        form.fail({chosen.fields[0].name: sentence(error)})
        return _new(chosen, form, 422)
    return go(url_for("channels.show", channel_id=channel.id), done(channel))


def sentence(error: NetworkError | Conflict) -> str:
    """What went wrong, in the reader's words."""
    return _(error.message, **error.params) if isinstance(error, NetworkError) else error.message


def done(channel: Channel) -> dict[str, str]:
    """The message of a connected channel."""
    return {"text": _("%(handle)s is connected", handle=channel.handle)}


def leave(url: str, chosen: Network, values: dict[str, str]) -> Response:
    """A page with a plain link to the network: our policy lets no form lead away from here."""
    response = page("channels/leave.html", url=url, network=chosen, server=values.get("server", ""))
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/channels/<uuid:channel_id>/reconnection")
def reconnection(channel_id: uuid.UUID) -> Response:
    """What the network needs to let us in again."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    return _reconnection(channel, _again(channel, None))


def _again(channel: Channel, data: Any) -> Any:
    chosen = network(channel.network)
    typed = {"server": channel.server, "handle": channel.handle, "name": channel.handle}
    form = forms.connect_form(chosen, data, [], [], **typed)
    del form["region"], form["owner"]
    return form


def _reconnection(channel: Channel, form: Any, status: int = 200) -> Response:
    chosen = network(channel.network)
    return page(
        "channels/reconnection.html",
        status,
        channel=channel,
        network=chosen,
        form=form,
        consent=not isinstance(chosen, Password),
    )


@bp.post("/channels/<uuid:channel_id>/reconnection")
def reconnect(channel_id: uuid.UUID) -> Response:
    """Connect the same channel again; posts and history stay with it."""
    channel = find_channel(channel_id, Permission.CHANNELS)
    chosen, form = network(channel.network), _again(channel, request.form)
    if not form.validate():
        return _reconnection(channel, form, 422)
    values, region = forms.own_values(chosen, form), channel.region
    db.release()
    try:
        if by_consent(chosen, values):
            goal = consents.For(region, channel.owner_id, channel)
            return leave(consents.begin(chosen.key, values, goal, actor(), callback_url()), chosen, values)
        assert isinstance(chosen, Password)
        connect.reconnect(channel, chosen.connect(values), actor())
    except (NetworkError, Conflict) as error:
        form.fail({chosen.fields[0].name: sentence(error)})
        return _reconnection(channel, form, 422)
    return go(url_for("channels.show", channel_id=channel.id), done(channel))


def revoke(channel: Channel) -> None:
    """Give the token back where the network takes it; a network that does not answer keeps nobody from removing."""
    chosen, seen = network(channel.network), account(channel)
    db.release()
    if isinstance(chosen, Consent):
        try:
            chosen.revoke(seen)
        except NetworkError as error:
            logs.event("revoke_failed", network=chosen.key, code=error.code)
