"""Rules of approval, each broken on purpose: the histories must notice every one of them."""

import dataclasses
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from webapp.approvals import clearance, decisions, entitled, quorum, rerouting, submission, sweep, tally
from webapp.approvals.guests import calling, clients, erasing, following
from webapp.approvals.guests.models import Guest, Invitation
from webapp.approvals.guests.visiting import links
from webapp.approvals.workflows import choosing, conditions, stages
from webapp.posts.labels import filing

Break = Callable[[Any], None]


def authors_count(patch: Any) -> None:
    """Who wrote it may say yes to it."""
    patch.setattr(tally.Tally, "authors", property(lambda self: frozenset()))


def leavers_count(patch: Any) -> None:
    """A yes counts for ever, whoever gave it and whatever became of them."""
    real = quorum.standing

    def kind(stages: Any, votes: Any, may: Any, *more: Any) -> Any:
        votes = list(votes)
        return real(stages, votes, [{v.person_id: None for v in votes} | dict(each) for each in may], *more)

    patch.setattr(quorum, "standing", kind)


def everybody_may(patch: Any) -> None:
    """The right to approve is not asked for."""
    real = entitled.Holders.with_permission
    patch.setattr(entitled.Holders, "with_permission", lambda self, region, _permission: real(self, region, "view"))


def one_is_enough(patch: Any) -> None:
    """How many a stage needs is forgotten."""
    patch.setattr(quorum, "needed", lambda stage, may: 1)


def one_person_two_stages(patch: Any) -> None:
    """The same person counts in each stage."""
    real = quorum.standing

    def alone(stages: Any, votes: Any, may: Any, authors: Any, *more: Any) -> Any:
        votes = list(votes)
        copied = [[quorum.Vote(v.person_id, stage.index) for v in votes] for stage in stages]
        return tuple(
            real([stage], copied[n], [may[n]], authors, *[[each[n]] for each in more if each])[0]
            for n, stage in enumerate(stages)
        )

    patch.setattr(quorum, "standing", alone)


def stale_counts(patch: Any) -> None:
    """A yes on an older version is taken for the current one."""
    real = decisions._current
    patch.setattr(decisions, "_current", lambda post, _revision, verdict: real(post, post.current_id, verdict))


def old_yes_rides_on(patch: Any) -> None:
    """A yes for one version clears the next."""

    def loose(pairs: Any) -> Any:
        wanted = set(pairs)
        return {pair: any(_ready(row) for row in _of(pair[0])) for pair in wanted}

    patch.setattr(clearance, "cleared", loose)


def _of(post_id: Any) -> Any:
    from webapp.approvals.models import Submission
    from webapp.db import session

    return session.scalars(sa.select(Submission).where(Submission.post_id == post_id)).unique().all()


def _ready(row: Any) -> bool:
    return tally.of(row).position is None


def projection_is_believed(patch: Any) -> None:
    """Whether it is cleared is read from what was stored for lists."""

    def stored(pairs: Any) -> Any:
        return {p: any(r.revision_id == p[1] and r.cleared_at is not None for r in _of(p[0])) for p in set(pairs)}

    patch.setattr(clearance, "cleared", stored)


def undo_changes_nothing(patch: Any) -> None:
    """Taking a yes back leaves what followed from it."""
    patch.setattr(decisions, "_take_back", lambda decision, by: None)


def a_no_is_only_words(patch: Any) -> None:
    """A no does not end anything."""
    patch.setattr(decisions, "_refuse", lambda current, verdict, by: None)


def yes_after_the_slot(patch: Any) -> None:
    """The slot may have passed."""
    patch.setattr(decisions, "_in_time", lambda current, tapped_at: None)
    patch.setattr(clearance, "_late", lambda submission: False)


def nothing_expires(patch: Any) -> None:
    """The clock sweeps nothing."""
    patch.setattr(sweep, "_expire", lambda row: None)


def waiting_is_consent(patch: Any) -> None:
    """What nobody looked at by its slot goes out."""

    def approve(row: Any) -> None:
        row.cleared_at = row.deadline

    patch.setattr(sweep, "_expire", approve)


def sending_can_be_undone(patch: Any) -> None:
    """Undo goes on after sending has started."""
    patch.setattr(clearance, "ON_UNCLEARED", [])


def the_old_one_stays(patch: Any) -> None:
    """A newer version does not end what was planned from the one before."""
    real = clearance.unclear
    patch.setattr(submission.clearance, "unclear", lambda s, by: None if s.ended_at else real(s, by))


def order_is_forgotten(patch: Any) -> None:
    """Every stage is asked at once."""
    real = quorum.open_now

    def at_once(standings: Any) -> Any:
        return tuple(n for n, each in enumerate(standings) if not each.passed) if real(standings) else ()

    patch.setattr(quorum, "open_now", at_once)


def nobody_in_particular(patch: Any) -> None:
    """Who must be among those who say yes is forgotten."""
    real = quorum.standing

    def loose(stages: Any, votes: Any, may: Any, authors: Any, _among: Any = (), *more: Any) -> Any:
        return real(stages, votes, may, authors, (), *more)

    patch.setattr(quorum, "standing", loose)


def one_of_those_at_once(patch: Any) -> None:
    """Of stages at the same time one is enough."""
    real = quorum.current

    def loose(standings: Any) -> Any:
        through = {each.stage.group for each in standings if each.passed}
        left = [n for n, each in enumerate(standings) if not each.passed and each.stage.group not in through]
        return (left[0] if left else None) if standings else real(standings)

    patch.setattr(quorum, "current", loose)


def a_yes_goes_anywhere(patch: Any) -> None:
    """Of stages at the same time a yes goes to the first, also where it is the only one elsewhere."""

    def first(standings: Any, person: Any) -> Any:
        return next((n for n in quorum.open_now(standings) if person in standings[n].asked), None)

    patch.setattr(quorum, "place_of", first)


def conditions_hold_never(patch: Any) -> None:
    """What only some posts need, none needs."""
    real = conditions.why
    patch.setattr(conditions, "why", lambda when, matter: None if when else real(when, matter))


def names_mean_nothing(patch: Any) -> None:
    """Whoever approves in the region decides in every stage, named or not."""
    real = entitled.Holders.named

    def anybody(self: Any, region: Any, who: Any, clients: Any = frozenset()) -> Any:
        return real(self, region, who, clients) | self.with_permission(region, "approve")

    patch.setattr(entitled.Holders, "named", anybody)


def filing_lets_off(patch: Any) -> None:
    """A post that is filed otherwise goes only where it would go now."""
    patch.setattr(choosing, "joined", lambda one, other: other)


def filing_is_not_noticed(patch: Any) -> None:
    """What changes after it was sent changes nothing."""
    patch.setattr(filing, "ON_CHANGED", [])


def moving_keeps_places(patch: Any) -> None:
    """In a new version a yes counts for whatever stage stands at its place."""
    patch.setattr(rerouting, "_carry_along", lambda waiting, before, after: None)


def all_waits_for_who_said_it(patch: Any) -> None:
    """Whoever said yes in one stage is still waited for where all of the next are."""
    real = quorum._standing

    def stubborn(stage: Any, may: Any, given: Any, spent: Any, *more: Any) -> Any:
        if stage.needed != "all":
            return real(stage, may, given, spent, *more)
        own = real(stage, may, given, frozenset(), *more)
        return dataclasses.replace(own, spent=spent)

    patch.setattr(quorum, "_standing", stubborn)


def asking_is_forgotten(patch: Any) -> None:
    """Who is asked is written down once, when a post is sent."""
    patch.setattr(clearance.asking, "project", lambda counted: None)


def anybody_outside(patch: Any) -> None:
    """Whoever has a link decides where others outside are named."""
    patch.setattr(stages.Who, "addresses", property(lambda self: (*_addresses(self), "ben@sok.example")))


_addresses = stages.Who.addresses.fget  # type: ignore[attr-defined]


def revoked_counts(patch: Any) -> None:
    """Who was sent away still decides."""
    loose = sa.select(Invitation.post_id, Invitation.revision_id, Invitation.guest_id, Guest.email, Guest.erased_at)
    loose = loose.join(Guest, Guest.id == Invitation.guest_id)
    posts = Invitation.post_id.in_(sa.bindparam("posts", expanding=True))
    patch.setattr(clients, "_invited", lambda: loose.where(posts))


def links_work_for_ever(patch: Any) -> None:
    """The date of a link is forgotten."""
    works = property(lambda self: self.expires_at is not None and self.revoked_at is None)
    patch.setattr(Invitation, "works", works)


def no_code(patch: Any) -> None:
    """Whoever has the link is let in."""
    patch.setattr(links, "is_in", lambda token, link: True)


def guests_are_not_called(patch: Any) -> None:
    """A guest is mailed when they are asked, and never when their turn comes."""
    patch.setattr(calling, "project", lambda tallies: None)


def named_later_is_not_asked(patch: Any) -> None:
    """Whom other stages name is not asked."""
    patch.setattr(following, "widen", lambda made: None)


def erased_is_waited_for(patch: Any) -> None:
    """Who was forgotten is still asked."""
    patch.setattr(erasing, "_leave", lambda guest: [])


MUTANTS: tuple[Break, ...] = (
    authors_count,
    leavers_count,
    everybody_may,
    one_is_enough,
    one_person_two_stages,
    stale_counts,
    old_yes_rides_on,
    projection_is_believed,
    undo_changes_nothing,
    a_no_is_only_words,
    yes_after_the_slot,
    nothing_expires,
    waiting_is_consent,
    sending_can_be_undone,
    the_old_one_stays,
    order_is_forgotten,
    nobody_in_particular,
    one_of_those_at_once,
    a_yes_goes_anywhere,
    conditions_hold_never,
    names_mean_nothing,
    filing_lets_off,
    filing_is_not_noticed,
    moving_keeps_places,
    all_waits_for_who_said_it,
    asking_is_forgotten,
    anybody_outside,
    revoked_counts,
    links_work_for_ever,
    no_code,
    guests_are_not_called,
    named_later_is_not_asked,
    erased_is_waited_for,
)
