"""Checks of a post that need higher rooms: does every channel work, and is posting paused there."""

from webapp.channels import health
from webapp.channels.models import Channel
from webapp.i18n import _
from webapp.people import reach
from webapp.people.permissions import Actor
from webapp.posts.checks import Check, Level, Subject
from webapp.publishing import pauses


def channel_health(subject: Subject, _by: Actor | None) -> list[Check]:
    """A channel that must be reconnected blocks its posts; its owner is named."""
    lost = [c for c in subject.channels if c.health == "reconnect" or c.removed_at is not None]
    owners = reach.names(c.owner_id for c in lost if c.owner_id)
    found = [_lost(c, owners.get(c.owner_id, "") if c.owner_id else "") for c in lost]
    soon = [c for c in subject.channels if c not in lost and health.status(c).key == "expires"]
    found += [_expires(c) for c in soon]
    if not found and subject.channels:
        return [Check("channel", Level.OK, _("Every channel is connected"))]
    return found


def _lost(channel: Channel, owner: str) -> Check:
    removed = channel.removed_at is not None
    title = (
        _("%(name)s was removed", name=channel.name)
        if removed
        else _("%(name)s must be reconnected", name=channel.name)
    )
    detail = _("Choose another channel.") if removed else health.status(channel).why
    url = "" if removed else f"/channels/{channel.id}"
    label = "" if removed else _("Look")
    return Check("channel", Level.BLOCK, title, detail, "channels", label, url, owner, channel.id)


def _expires(channel: Channel) -> Check:
    title = _("The connection of %(name)s ends soon", name=channel.name)
    return Check(
        "channel",
        Level.INFO,
        title,
        health.status(channel).word,
        "",
        _("Look"),
        f"/channels/{channel.id}",
        "",
        channel.id,
    )


def pause(subject: Subject, _by: Actor | None) -> list[Check]:
    """A pause does not keep anybody from approving; it says that nothing goes out meanwhile."""
    if not subject.channels:
        return []
    on = pauses.known(subject.post.organization_id)
    stopped = [c for c in subject.channels if pauses.over(on, c.id, c.region.path)]
    if not stopped:
        return []
    names = ", ".join(c.name for c in stopped)
    return [
        Check("pause", Level.INFO, _("Posting is paused"), _("What is approved stays on hold: %(names)s", names=names))
    ]
