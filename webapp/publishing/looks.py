"""How a delivery and its attempts are shown: shape, word, tone, and why in sentences."""

from collections.abc import Iterable

from webapp import times
from webapp.i18n import N_, _, ngettext, number
from webapp.networks import network
from webapp.posts.lifecycle import STATES, Look
from webapp.posts.lifecycle import State as PostState

from . import threads
from .lifecycle import HELD_BY, State
from .models import Attempt, Delivery

_OWN = {
    State.CANCELLED: Look("s-draft", N_("Taken back"), "draft"),
    State.DROPPED: Look("s-rejected", N_("Dropped"), "draft"),
    State.REPLACED: Look("s-published", N_("Changed since"), "live"),
}
_DELETED = Look("s-rejected", N_("Deleted there"), "draft")
_KINDS = {
    "send": N_("Sent"),
    "edit": N_("Change sent"),
    "probe": N_("Looked whether it is there"),
    "delete": N_("Asked to delete"),
}
_OUTCOMES = {
    "": N_("under way"),
    "published": N_("it is there"),
    "retry": N_("tried again later"),
    "scheduled": N_("tried again later"),
    "failed": N_("refused"),
    "unknown": N_("no clear answer"),
    "held": N_("stopped"),
    "lost": N_("the worker vanished"),
    "absent": N_("it is not there"),
    "deleted": N_("gone"),
}
_ADVICE = {
    State.FAILED: N_("Try again, change the post, or drop it."),
    State.UNKNOWN: N_("Look on the network, then say whether it is there. Until then nothing is sent again."),
    State.HELD: N_("Send it now, move it, or drop it."),
}
_PARTLY = {
    State.FAILED: N_("Send the rest, or leave it as it is."),
    State.HELD: N_("Send the rest, or leave it as it is."),
    State.DROPPED: N_("The rest does not go out."),
}


def look(delivery: Delivery, paused: bool = False) -> Look:
    """Shape, word and tone of a delivery; what waits for its slot under a pause is on hold."""
    if delivery.deleted_at:
        return _DELETED
    if paused and delivery.state == State.SCHEDULED:
        return STATES[PostState.HELD]
    state = State(delivery.state)
    return _OWN[state] if state in _OWN else STATES[PostState(state.value)]


def why(delivery: Delivery) -> list[str]:
    """What happened, in sentences; nothing when all is well."""
    held = HELD_BY.get(delivery.held_by, "")
    found = [parts] if (parts := parts_out(delivery)) else []
    found += [_(held)] if held else []
    if delivery.problem and delivery.problem != held:
        found.append(_(delivery.problem, **delivery.problem_params))
    if delivery.state == State.SCHEDULED and delivery.release_at and delivery.release_at > times.now():
        hour, place = times.hour(delivery.release_at, delivery.post.zone), times.place(delivery.post.zone)
        day = times.day(delivery.release_at, delivery.post.zone)
        found.append(_("Released for %(day)s, %(hour)s %(place)s.", day=day, hour=hour, place=place))
    return found


def parts_out(delivery: Delivery) -> str:
    """How much of a thread is out, where that is not all of it."""
    many, out = threads.total(delivery), delivery.part
    if not 0 < out < many or delivery.deleted_at or delivery.edits_id:
        return ""
    words = {"out": number(out), "all": number(many)}
    return ngettext("%(out)s of %(all)s parts is out.", "%(out)s of %(all)s parts are out.", out, **words)


def goes_on(delivery: Delivery) -> bool:
    """Whether something follows the part that is next."""
    return delivery.part + 1 < threads.total(delivery)


def advice(delivery: Delivery) -> str:
    """What a person can do, or nothing."""
    text = (_PARTLY if threads.partly(delivery) else _ADVICE).get(State(delivery.state), "")
    return _(text) if text else ""


def attempt(row: Attempt) -> str:
    """One try in words."""
    what = _(_KINDS[row.kind])
    what = _("Part %(n)s. %(what)s", n=number(row.part + 1), what=what) if row.part else what
    words = {"what": what, "outcome": _(_OUTCOMES.get(row.outcome, row.outcome))}
    if row.message:
        return _("%(what)s: %(outcome)s. %(why)s", **words, why=_(row.message, **row.params))
    return _("%(what)s: %(outcome)s.", **words)


def network_of(delivery: Delivery) -> object:
    """The network of a delivery's channel, for its mark."""
    return network(delivery.channel.network)


def networks_of(deliveries: Iterable[Delivery]) -> list[object]:
    """The networks of some deliveries, each once, for their marks."""
    return [network(key) for key in dict.fromkeys(delivery.channel.network for delivery in deliveries)]
