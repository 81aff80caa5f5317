"""Somebody outside: asked, mailed, and let in by the code, for the tests of guests."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tests.approvals import house
from tests.cast import BASE, Browser, Cast
from tests.people.helpers import code_in, mail_to, sent
from tests.posts import make
from webapp import db, times
from webapp.approvals.guests import inviting
from webapp.approvals.guests.mailing import sending
from webapp.approvals.guests.models import Invitation
from webapp.approvals.guests.visiting import links
from webapp.approvals.guests.visiting.visit_views import COOKIE
from webapp.approvals.models import Submission, Workflow
from webapp.db import session
from webapp.posts.models import Post

OLA = "ola@sok.example"
CLIENT = {"kind": "client"}
APPROVERS = {"kind": "permission", "permission": "approve"}


def stage(name: str, *who: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name.lower(), "name": name, "who": list(who), "needed": "any", **more}


def workflow(cast: Cast, *stages: dict[str, Any]) -> Workflow:
    """The way of saying yes in Warsaw."""
    made = Workflow(
        id=db.new_id(),
        organization_id=cast.organization.id,
        region_id=cast.warsaw.id,
        scope="region",
        name="Client",
        stages=list(stages),
    )
    session.add(made)
    db.commit()
    return made


def client_only(cast: Cast, **more: Any) -> Workflow:
    return workflow(cast, stage("Client", CLIENT, **more))


def waiting(cast: Cast, text: str = "Hello", **more: Any) -> Submission:
    """A post of Warsaw that waits, in an hour unless it says otherwise."""
    return house.waiting(cast, text=text, channels=more.pop("channels", None) or [make.channel(cast)], **more)


def ask(
    cast: Cast, row: Submission, email: str = OLA, name: str = "Agencja Sok", by: str = "author", **more: Any
) -> Any:
    """Ask somebody outside, committed; answers the id of the invitation."""
    post = session.get_one(Post, row.post_id)
    made = inviting.invite(post, email, name, more.get("language", "en"), more.get("days", 7), cast.actor(by))
    db.commit()
    return made.id


def mails(cast: Cast) -> list[Any]:
    """Everything mailed so far, the oldest first."""
    return sent(cast.app.config["NOD"])


def send(clock: Any, minutes: float = 5.1) -> int:
    """Let it be quiet for a while, then run the job."""
    clock.forward(minutes=minutes)
    sent = sending.send_due()
    db.commit()
    return sent


def link_in(mail: Any) -> str:
    found = re.search(rf"{BASE}(/guest/[\w-]+)", mail.get_body(("plain",)).get_content())
    assert found
    return found[1]


@dataclass
class Visitor:
    """A guest's browser at their link."""

    browser: Browser
    link: str

    def get(self, path: str = "", **more: Any) -> Any:
        return self.browser.get(self.link + path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.browser.post(self.link + path, data, **more)

    def card(self, invitation_id: Any) -> str:
        return self.get(f"/posts/{invitation_id}").get_data(as_text=True)

    def decide(self, invitation_id: Any, decision: str = "approve", **more: Any) -> Any:
        return self.post(f"/posts/{invitation_id}/decision", {"decision": decision, **more})


def at_door(cast: Cast, link: str) -> Visitor:
    return Visitor(Browser(cast.app.test_client()), link)


def code_for(cast: Cast, visitor: Visitor, email: str = OLA) -> str:
    """Ask for a code, and read it in the mail."""
    config = cast.app.config["NOD"]
    before = len([each for each in sent(config) if each["To"] == email])
    assert visitor.post("/code").status_code == 303
    codes = [each for each in mail_to(config, email, before + 1) if re.match(r"\d{6} ", each["Subject"])]
    return code_in(codes[-1])


def enter(cast: Cast, visitor: Visitor, email: str = OLA) -> Visitor:
    """Ask for the code, read the mail, type it."""
    code = code_for(cast, visitor, email)
    assert visitor.post("/entry", {"code": code}).status_code == 303
    return visitor


def guest(cast: Cast, clock: Any, row: Submission, **more: Any) -> tuple[Visitor, Any]:
    """Ask somebody, mail them, let them in; answers their browser and the invitation's id."""
    invited = ask(cast, row, **more)
    assert send(clock) == 1
    return enter(cast, at_door(cast, link_in(mails(cast)[-1])), more.get("email", OLA)), invited


def let_in(app: Any, invited: Invitation) -> Visitor:
    """Straight in, without mail and code, committed."""
    invited.expires_at = times.now() + timedelta(days=7)
    token = links.make(invited.guest, [invited])
    session.flush()
    found = links.of_token(token)
    assert found
    cookie = links.enter(found[0])
    db.commit()
    browser = Browser(app.test_client())
    browser.client.set_cookie(COOKIE, cookie, domain="nod.test", secure=True)
    return Visitor(browser, f"/guest/{token}")


def pages(app: Any) -> Iterator[tuple[str, Browser, str]]:
    """(who, browser, path) of every page of somebody outside, at the door and inside."""
    invited = session.scalars(sa.select(Invitation).order_by(Invitation.id)).unique().first()
    assert invited
    visitor, card = let_in(app, invited), f"/posts/{invited.id}"
    out = Browser(app.test_client())
    yield from (("outside", out, visitor.link + path) for path in ("", "/code"))
    yield from (("guest", visitor.browser, visitor.link + path) for path in ("/name", card, card + "/changes"))


def invitation(invitation_id: Any) -> Invitation:
    """The row as it is stored now."""
    session.rollback()
    session.expire_all()
    return session.get_one(Invitation, invitation_id)


def now() -> Any:
    return times.now()
