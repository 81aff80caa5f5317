"""What each kind of event is called, and where its subject can be looked at. A new kind is one line here."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from webapp.approvals.guests.models import Guest, Invitation
from webapp.approvals.life.models import Claim, Hold
from webapp.approvals.models import Decision, Submission, Workflow
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Event
from webapp.i18n import N_, _
from webapp.people import devices
from webapp.people.absence.models import Absence
from webapp.people.models import Membership, Person, Region, Role
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Comment, Post
from webapp.publishing.models import Delivery

NOUNS: dict[str, str] = {
    "post": N_("Posts"),
    "submission": N_("Approvals"),
    "decision": N_("Decisions"),
    "hold": N_("Holds"),
    "claim": N_("Claims"),
    "absence": N_("Absences"),
    "comment": N_("Comments"),
    "delivery": N_("Deliveries"),
    "pause": N_("Pauses"),
    "channel": N_("Channels"),
    "asset": N_("Uploads"),
    "picture": N_("Pictures"),
    "member": N_("Members"),
    "role": N_("Roles"),
    "region": N_("Regions"),
    "session": N_("Sign-ins"),
    "person": N_("Accounts"),
    "passkey": N_("Passkeys"),
    "device": N_("Devices"),
    "organization": N_("Organization"),
    "workflow": N_("Workflows"),
    "label": N_("Labels"),
    "campaign": N_("Campaigns"),
    "guest": N_("People outside"),
    "conversation": N_("Conversations"),
    "message": N_("Messages"),
    "note": N_("Internal notes"),
    "author": N_("People there"),
    "inbox": N_("Inbox"),
    "inbox_rule": N_("Rules of the inbox"),
    "reply": N_("Replies"),
    "canned": N_("Canned replies"),
    "macro": N_("Macros"),
    "feed": N_("Calendar feeds"),
    "day": N_("Own days"),
    "import": N_("Imports"),
    "idea": N_("Ideas"),
    "template": N_("Post templates"),
    "target": N_("Targets"),
    "plan": N_("Plans"),
    "series": N_("Repeating posts"),
    "shift": N_("Several posts moved"),
}

KINDS: dict[str, str] = {
    "feed.made": N_("Calendar feed made"),
    "feed.revoked": N_("Calendar feed revoked"),
    "day.added": N_("Own day added"),
    "day.removed": N_("Own day removed"),
    "day.changed": N_("Own day changed"),
    "day.imported": N_("Own days imported from a calendar"),
    "day.import_undone": N_("Import of own days undone"),
    "import.made": N_("Posts imported from a table"),
    "import.undone": N_("Import of posts undone"),
    "idea.had": N_("Idea written down"),
    "idea.changed": N_("Idea changed"),
    "idea.moved": N_("Idea moved on"),
    "idea.drafted": N_("Idea became a draft"),
    "idea.archived": N_("Idea put away"),
    "idea.restored": N_("Idea brought back"),
    "template.kept": N_("Post kept as a template"),
    "template.renamed": N_("Post template renamed"),
    "template.edited": N_("Post template changed"),
    "template.replaced": N_("Post template replaced with a post"),
    "template.removed": N_("Post template deleted"),
    "target.changed": N_("Targets of a region changed"),
    "channel.targets_changed": N_("Targets of a channel changed"),
    "channel.slots_added": N_("Slots of a channel added"),
    "channel.slot_removed": N_("Slot of a channel removed"),
    "plan.questioned": N_("Time in doubt: the zone's rules changed"),
    "plan.answered": N_("Time after a change of the zone's rules settled"),
    "shift.made": N_("Several posts moved at once"),
    "shift.undone": N_("Move of several posts taken back"),
    "series.begun": N_("Post repeats"),
    "series.changed": N_("Following posts of a series changed"),
    "series.revised": N_("Days, hour or end of a series changed"),
    "series.skipped": N_("A day of a series left out"),
    "series.kept": N_("A day of a series brought back"),
    "series.stopped": N_("Post repeats no more"),
    "guest.invited": N_("Somebody outside asked"),
    "guest.mailed": N_("Link mailed to somebody outside"),
    "guest.mailed_again": N_("Link to be mailed again"),
    "guest.extended": N_("Link of somebody outside works longer"),
    "guest.entered": N_("Link opened with the code"),
    "guest.revoked": N_("Link of somebody outside revoked"),
    "guest.renamed": N_("Somebody outside corrected their name"),
    "guest.erased": N_("Somebody outside erased on request"),
    "post.created": N_("Post written"),
    "post.edited": N_("Post changed"),
    "post.submitted": N_("Post sent for approval"),
    "post.filed": N_("Labels, campaign or paid changed"),
    "post.regions_asked": N_("Post handed to regions to adapt"),
    "post.adapted": N_("Region asked to adapt a post"),
    "post.adapting": N_("Adaptation begun"),
    "post.original_changed": N_("Original of an adaptation changed"),
    "post.taken_over": N_("Change of headquarters taken over"),
    "post.worded": N_("Locked sentences worded for a region"),
    "post.declined": N_("Adaptation declined"),
    "post.accepted": N_("Adaptation taken up after all"),
    "post.recalled": N_("Adaptation taken back by headquarters"),
    "post.withdrawn": N_("Post taken back from approval"),
    "post.deleted": N_("Draft deleted"),
    "post.restored": N_("Draft brought back"),
    "post.duplicated": N_("Post copied"),
    "post.owner_changed": N_("Post handed over"),
    "post.handed_over": N_("Post handed over"),
    "post.media_added": N_("Picture added to a post"),
    "post.media_removed": N_("Picture taken out of a post"),
    "post.media_moved": N_("Picture moved"),
    "submission.cleared": N_("Post has every yes it needs"),
    "submission.uncleared": N_("Post lost a yes it needs"),
    "submission.stage_passed": N_("Stage passed"),
    "submission.rerouted": N_("Other stages became necessary"),
    "submission.moved": N_("Moved to a newer workflow"),
    "submission.reminded": N_("Reminded that time runs out"),
    "submission.expired": N_("Slot passed without approval"),
    "submission.ended": N_("Approval ended"),
    "submission.superseded": N_("Newer version sent for approval"),
    "submission.overdue": N_("Reminded that nobody answered"),
    "submission.handed_on": N_("Stand-ins may decide, since nobody answered"),
    "submission.escalated": N_("Went on to the next role, since nobody answered"),
    "submission.passed_on": N_("Somebody else is asked instead"),
    "submission.nudged": N_("Those who must act were nudged"),
    "decision.carried": N_("Decision carried to the next version"),
    "decision.given_back": N_("Decision stands again, since a move was taken back"),
    "decision.set_aside": N_("Decision set aside by a hold"),
    "hold.begun": N_("Post put on hold"),
    "hold.ended": N_("Hold over"),
    "claim.made": N_("Somebody has it"),
    "claim.released": N_("Left to others again"),
    "absence.set": N_("Absence set"),
    "absence.changed": N_("Absence changed"),
    "absence.begun": N_("Absence began"),
    "absence.accepted": N_("Stand-in accepted"),
    "absence.declined": N_("Stand-in declined"),
    "absence.ended": N_("Absence over"),
    "member.stand_in": N_("Stand-in for unanswered posts chosen"),
    "post.moved": N_("Post given a new time"),
    "decision.made": N_("Decision made"),
    "decision.undone": N_("Decision undone"),
    "decision.refused": N_("Decision refused"),
    "comment.added": N_("Comment added"),
    "comment.deleted": N_("Comment deleted"),
    "comment.solved": N_("Comment marked as solved"),
    "comment.reopened": N_("Comment opened again"),
    "delivery.scheduled": N_("Delivery scheduled"),
    "delivery.started": N_("Sending started"),
    "delivery.part_sent": N_("Part of a thread published"),
    "delivery.published": N_("Published"),
    "delivery.failed": N_("Delivery failed"),
    "delivery.unknown": N_("Outcome unknown"),
    "delivery.retried": N_("Delivery will be tried again"),
    "delivery.held": N_("Delivery held"),
    "delivery.released": N_("Held delivery released"),
    "delivery.moved": N_("Delivery moved"),
    "delivery.dropped": N_("Delivery dropped"),
    "delivery.cancelled": N_("Delivery cancelled"),
    "delivery.resolved": N_("Unknown outcome resolved by a person"),
    "delivery.edited": N_("Published post changed"),
    "delivery.deleted": N_("Published post removed"),
    "pause.started": N_("Posting paused"),
    "pause.ended": N_("Pause ended"),
    "channel.connected": N_("Channel connected"),
    "channel.reconnected": N_("Channel reconnected"),
    "channel.recovered": N_("Channel works again"),
    "channel.broken": N_("Channel must be reconnected"),
    "channel.inbox_stopped": N_("Comments are not read"),
    "channel.inbox_answers": N_("Comments are read again"),
    "channel.changed": N_("Channel changed"),
    "channel.removed": N_("Channel removed"),
    "asset.added": N_("Picture uploaded"),
    "picture.added": N_("Picture added to a post"),
    "picture.removed": N_("Picture taken out of a post"),
    "picture.moved": N_("Picture moved"),
    "member.invited": N_("Person invited"),
    "member.joined": N_("Person joined"),
    "member.deactivated": N_("Person deactivated"),
    "member.reactivated": N_("Person let back in"),
    "member.handed_over": N_("Work handed over"),
    "member.changed": N_("Member changed"),
    "member.mail_changed": N_("Mail preferences changed"),
    "member.erased": N_("A person's words erased"),
    "role.given": N_("Role given"),
    "role.taken": N_("Role taken"),
    "role.created": N_("Role made"),
    "role.changed": N_("Role changed"),
    "role.deleted": N_("Role deleted"),
    "region.created": N_("Region made"),
    "region.changed": N_("Region changed"),
    "region.moved": N_("Region moved"),
    "region.words_changed": N_("Word lists changed"),
    "session.started": N_("Signed in"),
    "session.renewed": N_("Signed in again on the same device"),
    "session.ended": N_("Signed out"),
    "device.subscribed": N_("Notifications turned on on a device"),
    "device.unsubscribed": N_("Notifications turned off on a device"),
    "device.renamed": N_("Device renamed"),
    "device.tested": N_("Test notification asked for"),
    "member.notify_changed": N_("Notifications changed"),
    "session.switched": N_("Organization switched"),
    "person.changed": N_("Account changed"),
    "person.email_changed": N_("E-mail address changed"),
    "person.password_set": N_("Password set"),
    "person.password_removed": N_("Password removed"),
    "passkey.added": N_("Passkey added"),
    "passkey.removed": N_("Passkey removed"),
    "organization.created": N_("Organization made"),
    "organization.set_up": N_("Organization set up"),
    "organization.changed": N_("Settings changed"),
    "workflow.created": N_("Workflow made"),
    "workflow.changed": N_("Workflow changed"),
    "workflow.published": N_("Workflow published"),
    "workflow.removed": N_("Workflow removed"),
    "label.created": N_("Label made"),
    "label.changed": N_("Label changed"),
    "label.removed": N_("Label removed"),
    "campaign.created": N_("Campaign made"),
    "campaign.changed": N_("Campaign changed"),
    "campaign.removed": N_("Campaign removed"),
    "message.received": N_("Somebody wrote"),
    "conversation.merged": N_("Two conversations became one"),
    "conversation.nearly_late": N_("An answer is nearly late"),
    "conversation.assigned": N_("Conversation given to somebody"),
    "conversation.done": N_("Conversation done"),
    "conversation.reopened": N_("Conversation opened again"),
    "conversation.snoozed": N_("Conversation put off"),
    "conversation.woken": N_("Conversation back in the list"),
    "conversation.judged": N_("Spam or question corrected"),
    "conversation.labelled": N_("Labels of a conversation changed"),
    "conversation.suggested": N_("A rule suggested a canned reply"),
    "conversation.pointed_out": N_("A rule told people of a conversation"),
    "conversation.claimed": N_("Somebody is on it"),
    "conversation.released": N_("Left to others again"),
    "note.added": N_("Internal note added"),
    "note.deleted": N_("Internal note deleted"),
    "author.noted": N_("Note about somebody there changed"),
    "author.blocked": N_("Somebody there blocked"),
    "author.unblocked": N_("Somebody there not blocked any more"),
    "author.erased": N_("Somebody there erased on request"),
    "inbox.targets_changed": N_("Reply times changed"),
    "inbox.deadlines_moved": N_("Deadlines of what waits counted again"),
    "inbox.words_changed": N_("Blocked words changed"),
    "inbox_rule.created": N_("Rule of the inbox made"),
    "inbox_rule.changed": N_("Rule of the inbox changed"),
    "inbox_rule.switched_on": N_("Rule of the inbox switched on"),
    "inbox_rule.switched_off": N_("Rule of the inbox switched off"),
    "inbox_rule.moved": N_("Rule of the inbox moved"),
    "inbox_rule.removed": N_("Rule of the inbox removed"),
    "reply.written": N_("Reply written"),
    "reply.asked": N_("Reply waits for a yes"),
    "reply.approved": N_("Reply approved"),
    "reply.changes": N_("Changes of a reply asked"),
    "reply.rejected": N_("Reply rejected"),
    "inbox.guarded": N_("Which replies need a yes changed"),
    "reply.sent": N_("Reply is there"),
    "reply.undone": N_("Reply taken back"),
    "reply.held": N_("Reply put on hold"),
    "reply.released": N_("Reply sent after all"),
    "reply.failed": N_("Reply not sent"),
    "reply.unknown": N_("Unknown whether a reply is there"),
    "reply.absent": N_("Looked: a reply is not there"),
    "canned.created": N_("Canned reply written"),
    "canned.changed": N_("Canned reply changed"),
    "canned.removed": N_("Canned reply removed"),
    "canned.proposed": N_("Change of a canned reply waits for a yes"),
    "canned.approved": N_("Change of a canned reply approved"),
    "canned.declined": N_("Change of a canned reply declined"),
    "canned.guarded": N_("Where canned replies need a yes changed"),
    "macro.created": N_("Macro made"),
    "macro.removed": N_("Macro removed"),
}

SUBJECTS: dict[str, Callable[[set[uuid.UUID]], dict[uuid.UUID, tuple[str, str]]]] = {}
"""Table -> name and address of its rows, by id: rooms beside this one say what theirs are called."""


def what(kind: str) -> str:
    """The words of a kind; the kind itself when nobody wrote any."""
    return _(KINDS[kind]) if kind in KINDS else kind


def whence(origin: str) -> str:
    """Where an event came from, for people: the device and its address, or the rule of the inbox that did it.

    Nothing for what else Nod does by itself.

    What a browser calls itself in full is in the export.
    """
    way, _space, rest = origin.partition(" ")
    if way == "rule":
        return _("By the rule %(name)s", name=rest.partition(" ")[2])
    if way != "web":
        return ""
    address, _space, agent = rest.partition(" ")
    device = devices.name(devices.label(agent)) if agent else ""
    if device and address:
        return _("%(device)s, from %(address)s", device=device, address=address)
    return device or address


def subjects(found: Iterable[Event]) -> dict[uuid.UUID, tuple[str, str]]:
    """Name and address of each event's subject by its id: one query for each kind of subject on the page."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for event in found:
        wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    names: dict[uuid.UUID, tuple[str, str]] = {}
    for kind, ids in wanted.items():
        tell = SUBJECTS.get(kind)
        names |= tell(ids) if tell else _posts(kind, ids) if kind in _OF_POSTS else _named(kind, ids)
    return names


_OF_POSTS: dict[str, Any] = {
    "posts": Post,
    "submissions": Submission,
    "decisions": Decision,
    "deliveries": Delivery,
    "comments": Comment,
    "holds": Hold,
    "claims": Claim,
    "invitations": Invitation,
}
_NAMED: dict[str, Any] = {
    "channels": (Channel, Channel.name, "/channels/%s"),
    "regions": (Region, Region.name, "/regions"),
    "roles": (Role, Role.name, "/roles"),
    "people": (Person, Person.name, ""),
    "workflows": (Workflow, Workflow.name, "/workflows"),
    "guests": (Guest, Guest.name, ""),
    "labels": (Label, Label.name, "/labels"),
    "campaigns": (Campaign, Campaign.name, "/labels"),
}


def _posts(kind: str, ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    model = _OF_POSTS[kind]
    query = sa.select(model.id, Post.id, sa.func.substr(Post.text, 1, 80)).select_from(model)
    if model is not Post:
        query = query.join(Post, Post.id == model.post_id)
    rows = session.execute(query.where(model.id.in_(ids)))
    return {
        row_id: (text.strip().split("\n")[0] or _("A post without text"), f"/posts/{post}")
        for row_id, post, text in rows
    }


def _named(kind: str, ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    if kind == "memberships":
        members = sa.select(Membership.id, Person.id, Person.name).join(Person).where(Membership.id.in_(ids))
        return {row_id: (name, f"/people/{person_id}") for row_id, person_id, name in session.execute(members)}
    if kind == "absences":
        away = sa.select(Absence.id, Person.id, Person.name).join(Person, Person.id == Absence.person_id)
        gone = session.execute(away.where(Absence.id.in_(ids)))
        return {row_id: (name, f"/people/{person_id}") for row_id, person_id, name in gone}
    if kind not in _NAMED:
        return {}
    model, name, address = _NAMED[kind]
    rows = session.execute(sa.select(model.id, name).where(model.id.in_(ids)))
    return {row_id: (text, address % row_id if "%s" in address else address) for row_id, text in rows}
