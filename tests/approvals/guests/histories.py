"""Guests in the histories: asked by link, mailed, opening, typing the code, deciding, and links that run out or end.

Told apart from the rest of the machine (`approvals/histories.py`), which takes this in. Mails leave by the real job;
only what it would commit stays in this transaction.
"""

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.approvals.guests.reference import ADDRESSES, LINK, WEEK, address
from webapp import db, mail
from webapp.approvals import clearance, decisions
from webapp.approvals.guests import erasing, inviting
from webapp.approvals.guests.mailing import sending
from webapp.approvals.guests.models import Guest, Invitation
from webapp.approvals.guests.visiting import deciding, links, standing
from webapp.db import session
from webapp.people import codes

SOMEBODY, BACK = st.sampled_from(("ola", "ola", "ben")), st.integers(0, 1)
DOMAIN = "sok.example"


def addresses_of(names: Iterable[str]) -> str:
    """As a stage stores them."""
    return " ".join(f"{name}@{DOMAIN}" for name in sorted(names))


@contextmanager
def uncommitted() -> Iterator[list[tuple[str, str]]]:
    """Jobs run in this transaction; answers the mails that would have left: to whom, and the text."""
    letters: list[tuple[str, str]] = []
    with (
        patch.object(db, "commit", session.flush),
        patch.object(db, "keep", lambda: nullcontext(session)),
        patch.object(session, "remove", lambda: None),
        patch.object(sending, "PATIENCE", math.inf),
        patch.object(mail, "send", lambda to, _subject, text, _html: letters.append((to, text))),
    ):
        yield letters


class Outsiders:
    """What guests, and those who ask them, do. `tokens`: (guest, version) -> what their last mail led to."""

    rows: list[Any]
    model: Any

    def outside(self: Any) -> None:
        """Nobody was asked yet."""
        self.guests, self.tokens, self.cookies = {}, {}, {}

    def known(self: Any, email: str) -> Any:
        """The row of whoever has this address now, and what they go by in the reference."""
        name = self.model.outside.known(email)
        if name not in self.guests:
            row = session.scalars(sa.select(Guest).where(Guest.email == f"{email}@{DOMAIN}")).first()
            if row is not None:
                self.guests[name] = row.id
        return name, session.get(Guest, self.guests[name]) if name in self.guests else None

    def invitation(self: Any, guest: str, n: int) -> Any:
        """The invitation of a guest to a version, if there is one."""
        mine = (Invitation.guest_id == self.guests.get(guest), Invitation.revision_id == self.rows[n].revision_id)
        return session.scalars(sa.select(Invitation).where(*mine)).unique().first()

    def nth(self: Any, back: int) -> int:
        return max(0, len(self.rows) - 1 - back)

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY)
    def is_invited(self: Any, email: str) -> None:
        args = (self.post, f"{email}@{DOMAIN}", email.title(), "en", LINK, self.actors["author"])
        self.does(self.model.invite(email), inviting.invite, *args)

    @precondition(lambda self: self.rows)
    @rule()
    def mails_leave(self: Any) -> None:
        """Five minutes of quiet, then the job: whose yes is waited for has a mail; who has one is asked, or looks."""
        self.at += timedelta(minutes=6)
        with uncommitted() as letters:
            sending.send_due()
        n = len(self.rows) - 1
        for to, text in letters:
            guest, _row = self.known(to.partition("@")[0])
            found = re.search(r"/guest/([\w-]+)", text)
            assert found
            self.tokens[guest, n] = found[1]
            opened = links.of_token(found[1])
            assert opened
            assert [each.revision_id for each in opened[1]] == [self.rows[n].revision_id], "mailed about an old version"
            assert guest in self.model.asked(n) or self.model.looks(guest, n), "mailed, though nobody waits for them"
            self.model.outside.mail(guest, n)
        for guest in self.model.asked(n):
            mailed = guest in self.actors or self.model.outside.invited[n][guest].until is not None
            assert mailed, f"waited for {guest}, who never heard of it"

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY, back=BACK)
    def opens(self: Any, email: str, back: int) -> None:
        """Looking at it decides nothing; it shows a decision exactly where there is one to make."""
        n, (guest, _row) = self.nth(back), self.known(email)
        if (guest, n) not in self.tokens:
            return
        opened, works = links.of_token(self.tokens[guest, n]), self.model.outside.works(guest, n)
        assert (opened is not None) == works, "a link that is over opens, or one that works does not"
        if opened:
            shown = standing.of(opened[1][0], self.post, "Pomela")
            waited = guest in self.model.asked(n) and n == self.model.last and not self.model.late
            assert shown.may == (waited and self.model.own(guest) is None), f"the dock of {guest}"

    def types_the_code(self: Any, guest: str, n: int, *, right: bool) -> None:
        """The digits that were mailed, or others."""
        opened = links.of_token(self.tokens.get((guest, n), ""))
        if opened is None:
            return
        link, purpose = opened[0], links.CODE + str(opened[0].guest_id)
        code = codes.issue(link.guest.email, purpose)
        session.flush()
        with uncommitted():
            left = codes.spend(link.guest.email, code if right else f"{(int(code) + 1) % 1_000_000:06d}", purpose)
        assert (left is None) == right
        if right:
            self.cookies[guest] = (links.enter(link), n)

    def is_inside(self: Any, guest: str, n: int) -> bool:
        """Whether their browser shows the version: the link works, and the code was typed at one that does."""
        opened = links.of_token(self.tokens.get((guest, n), ""))
        cookie, at = self.cookies.get(guest, ("", n))
        inside = opened is not None and links.is_in(cookie, opened[0])
        works = self.model.outside.works
        assert inside == bool(cookie and works(guest, n) and works(guest, at)), "the door"
        return inside

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY, verdict=st.sampled_from(["approve"] * 3 + ["changes"]), back=BACK, right=st.booleans())
    def guest_decides(self: Any, email: str, verdict: str, back: int, right: bool) -> None:
        """By the link they have, after the code; where that is over, however they come by it."""
        n, (guest, _row) = self.nth(back), self.known(email)
        invited = self.invitation(guest, n)
        if invited is None:
            return
        if self.model.outside.invited[n][guest].until is None and n == self.model.last:
            self.mails_leave()
        if right or guest not in self.cookies:
            self.types_the_code(guest, n, right=right)
        if self.model.outside.works(guest, n) and not self.is_inside(guest, n):
            return
        before = len(self.model.said)
        made = self.does(self.model.guest_decide(guest, verdict, n), deciding.decide, invited, verdict, ("tone",))
        if len(self.model.said) > before:
            self.made.append(made)

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY, back=BACK)
    def guest_undoes(self: Any, email: str, back: int) -> None:
        n, (guest, _row) = self.nth(back), self.known(email)
        if (invited := self.invitation(guest, n)) is not None:
            self.does(self.model.guest_undo(guest, n), deciding.undo, invited)

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY)
    def is_revoked(self: Any, email: str) -> None:
        guest, row = self.known(email)
        if row is not None:
            self.does("", inviting.revoke, row, self.post, self.actors["author"])
            self.model.revoke(guest)

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY, back=BACK, again=st.booleans())
    def is_extended_or_mailed_again(self: Any, email: str, back: int, again: bool) -> None:
        n, (guest, _row) = self.nth(back), self.known(email)
        if (invited := self.invitation(guest, n)) is None:
            return
        if again:
            refused = "Conflict" if guest not in self.model.outside.of(n) else ""
            self.does(refused, inviting.mail_again, invited, self.post, self.actors["author"])
        else:
            expected = self.model.outside.extend(guest, n)
            self.does(expected, inviting.extend, invited, self.post, self.actors["author"])

    @precondition(lambda self: self.rows)
    @rule(email=SOMEBODY)
    def is_erased(self: Any, email: str) -> None:
        guest, row = self.known(email)
        if row is not None:
            self.does("", erasing.erase, row, self.actors["administrator"])
            self.model.erase(guest)

    @precondition(lambda self: self.rows and self.model.outside.day < 2 * WEEK and not self.model.late)
    @rule()
    def a_week_passes(self: Any) -> None:
        """Links that were mailed run out."""
        self.at += timedelta(days=WEEK)
        self.model.outside.day += WEEK

    @precondition(lambda self: self.rows and not self.model.late and self.model.waits())
    @rule()
    def everybody_acts(self: Any) -> None:
        """Guests are asked anew, what was said is taken back, everybody says yes: then it is cleared, if it can be."""
        kept = self.model, self.at, dict(self.guests), dict(self.tokens), dict(self.cookies)
        self.model = deepcopy(self.model)
        with session.begin_nested() as wish:
            self._afresh()
            n = self.model.last
            route = self.model.route(n)
            assert route is not None or not self.model.possible(n), "blocked for ever, though there are people enough"
            for who in route or ():
                self._says_yes(who, n)
            assert not route or clearance.is_cleared(self.post.id, self.rows[n].revision_id), "blocked for ever"
            wish.rollback()
        self.model, self.at, self.guests, self.tokens, self.cookies = kept
        session.expire_all()
        db.forget()

    def _afresh(self: Any) -> None:
        """Everybody outside is asked, and nothing is said yet."""
        n = self.model.last
        for email in ADDRESSES:
            self.is_invited(email)
        for said in [s for s in self.model.said if s.standing and s.sending == n]:
            if said.who in self.actors:
                made = self.made[self.model.said.index(said)]
                self.does(self.model.undo(said), decisions.undo, made, self.actors[said.who])
            elif said.who not in self.model.outside.erased:
                invited = self.invitation(said.who, n)
                expected = self.model.outside.extend(said.who, n)
                self.does(expected, inviting.extend, invited, self.post, self.actors["author"])
                self.does(self.model.guest_undo(said.who, n), deciding.undo, invited)

    def _says_yes(self: Any, who: str, n: int) -> None:
        if who in self.actors:
            args = (self.post, self.rows[n].revision_id, "approve", self.actors[who])
            self.does(self.model.decide(who, "approve", n), decisions.decide, *args)
            return
        if not self.model.outside.works(who, n):
            self.mails_leave()
        self.types_the_code(who, n, right=True)
        assert self.is_inside(who, n), "asked, and the door is shut"
        self.does(self.model.guest_decide(who, "approve", n), deciding.decide, self.invitation(who, n), "approve")

    @invariant()
    def invited_alike(self: Any) -> None:
        """Who may look at which version; whose yes is waited for was called."""
        for n in range(len(self.rows) if hasattr(self, "rows") else 0):
            session.flush()
            for email in ADDRESSES:
                self.known(email)
            names = {row: name for name, row in self.guests.items()}
            query = sa.select(Invitation).where(Invitation.revision_id == self.rows[n].revision_id)
            rows = {names[each.guest_id]: each for each in session.scalars(query).unique()}
            assert {g for g, each in rows.items() if each.revoked_at is None} == self.model.outside.of(n)
            called = {g for g, each in rows.items() if each.asked_at and (each.due_at or each.mailed_at)}
            waited = {who for who in self.model.asked(n) if address(who) in ADDRESSES}
            assert waited <= called, "waited for, and not called"
