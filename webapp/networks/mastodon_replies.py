"""Saying something back on Mastodon: a status in reply, a favourite, a deletion. Comments of others cannot be hidden.

Source: docs.joinmastodon.org (methods statuses). A reply reaches a person only if it names them, so their handle stands
before the text unless it is in it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import regex

from .. import outbound, times
from ..i18n import N_
from ..outbound import Answer
from . import fit, talk, text
from .answering import Handle, gone
from .base import Absent, Account, Draft, Limits, Measure, NetworkError, Receipt, Remedy, Unknown

_REPEATABLE, _SETTLED = timedelta(minutes=55), timedelta(minutes=2)
UNLIKED = N_("%(host)s does not let apps like posts. Do it there.")
_NAMES = regex.compile(r"^(\s*@[\w.-]+(@[\w.-]+(:\d+)?)?)+\s*")


class Replies:
    """The part of Mastodon that satisfies Answering, Picturing, Likeable and Removable."""

    def limits_for(self, account: Account) -> Limits:
        """As its network says."""
        raise NotImplementedError

    def measure(self, text_: str, limits: Limits) -> Measure:
        """As its network says."""
        raise NotImplementedError

    def as_sent(self, handle: Handle, text_: str) -> str:
        """With the handle of whom it answers, unless the text names them."""
        who = str(handle.get("acct") or "").lstrip("@")
        names = regex.escape(who)
        if not who or regex.search(rf"(?<![\w@])@{names}(?![\w@]|[.-]\w)", text_, regex.I):
            return text_
        return f"@{who} {text_}"

    def reply(self, account: Account, handle: Handle, text_: str, key: str, at: datetime) -> Receipt:
        """Answer, once for its key, and no more publicly than the message."""
        return self.reply_with(account, handle, Draft(key, text_, planned_at=at))

    def reply_with(self, account: Account, handle: Handle, draft: Draft) -> Receipt:
        """The same with the pictures that were uploaded for it."""
        limits, sent = self.limits_for(account), replace(draft, text=self.as_sent(handle, draft.text))
        fit.require(sent, limits, self.measure(sent.text, limits))
        body: dict[str, Any] = {"status": sent.text, "in_reply_to_id": _id(handle)}
        body["visibility"] = handle.get("visibility") or "public"
        if draft.staged:
            body["media_ids"] = list(draft.staged)
        answer = _call(account, "POST", "statuses", writing=True, json=body, headers={"idempotency-key": draft.key})
        if answer.status == 404:
            raise gone()
        made = talk.data(talk.accept(answer, writing=True, secrets=account.secrets), writing=True)
        return Receipt(talk.need(made, "id", answer, writing=True), _link(made))

    def probe_reply(
        self, account: Account, handle: Handle, text_: str, key: str, at: datetime, since: datetime
    ) -> Receipt | Absent | Unknown:
        """List and compare what this account wrote; not found is only `Absent` when sending again cannot double it."""
        path = f"accounts/{quote(account.remote_id, safe='')}/statuses?limit=40&exclude_reblogs=true"
        answer = talk.accept(_call(account, "GET", path), secrets=account.secrets)
        recent = talk.listing(answer)
        there = talk.moment(answer.headers.get("date"))
        since_there = since + (there - times.now() if there else timedelta()) - timedelta(seconds=2)
        found = next((s for s in recent if _same(s, handle, text_, since_there)), None)
        if found is not None and found.get("id"):
            return Receipt(str(found["id"]), _link(found))
        age = times.now() - since
        if account.limits.get("keyed") and age < _REPEATABLE:
            return Absent()
        oldest = talk.moment(recent[-1].get("created_at")) if recent else None
        whole = len(recent) < 20 or (oldest is not None and oldest < since_there)
        return Absent() if whole and age > _SETTLED else Unknown()

    def answered(self, account: Account, handle: Handle) -> list[str]:
        """Our own statuses right under the message. Raises NetworkError "gone" when that is there no more."""
        answer = _call(account, "GET", f"statuses/{_id(handle)}/context")
        if answer.status in (404, 410):
            if _call(account, "GET", f"statuses/{_id(handle)}").status in (404, 410):
                raise gone()
            return []
        below = talk.data(talk.accept(answer, secrets=account.secrets)).get("descendants")
        return [str(s.get("id")) for s in below if _ours(s, account, handle)] if isinstance(below, list) else []

    def like(self, account: Account, handle: Handle) -> None:
        """Favourite it."""
        _favourite(account, handle, "favourite")

    def unlike(self, account: Account, handle: Handle) -> None:
        """Take the favourite back."""
        _favourite(account, handle, "unfavourite")

    def remove(self, account: Account, handle: Handle, remote_id: str) -> None:
        """Delete a status of ours."""
        answer = _call(account, "DELETE", f"statuses/{quote(remote_id, safe='')}")
        if answer.status not in (404, 410):
            talk.accept(answer, secrets=account.secrets)


def _id(handle: Handle) -> str:
    return quote(str(handle.get("id") or ""), safe="")


def _call(account: Account, method: str, path: str, **how: Any) -> Answer:
    return talk.ask(method, f"{account.server}/api/v1/{path}", token=account.secrets.get("token", ""), **how)


def _favourite(account: Account, handle: Handle, verb: str) -> None:
    """Both may be made twice. A server that says "not there" of what is so already is looked at once more; of one that
    has the status and no such call (snac) a person reads that it cannot be done."""
    answer = _call(account, "POST", f"statuses/{_id(handle)}/{verb}")
    if answer.status in (404, 410):
        there = _call(account, "GET", f"statuses/{_id(handle)}")
        if there.status in (404, 410):
            raise gone()
        if there.status == 200:
            if bool(talk.data(there).get("favourited")) == (verb == "favourite"):
                return
            raise NetworkError(UNLIKED, Remedy.GIVE_UP, code="no_like", params={"host": account.server.split("//")[-1]})
    talk.accept(answer, secrets=account.secrets)


def _link(status: Mapping[str, Any]) -> str:
    return outbound.safe_link(str(status.get("url") or status.get("uri") or "")) or ""


def _ours(status: object, account: Account, handle: Handle) -> bool:
    who = status.get("account") if isinstance(status, Mapping) else None
    return (
        isinstance(status, Mapping)
        and isinstance(who, Mapping)
        and str(who.get("id")) == account.remote_id
        and str(status.get("in_reply_to_id")) == str(handle.get("id"))
    )


def _same(status: Mapping[str, Any], handle: Handle, text_: str, since: datetime) -> bool:
    made = talk.moment(status.get("created_at"))
    if made is None or made < since or str(status.get("in_reply_to_id")) != str(handle.get("id")):
        return False
    return _bare(text.plain(str(status.get("content") or ""))) == _bare(text_)


def _bare(words: str) -> str:
    """Without the names before it, which each server writes in its own way."""
    return text.comparable(_NAMES.sub("", words))
