"""The demo company, served by this process with the languages of the tests: for journeys and for looking at screens."""

import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.conftest import config_for
from webapp import create_app, db, demo, times
from webapp.approvals import submission
from webapp.channels.models import Channel
from webapp.demo import build, company
from webapp.people import sessions
from webapp.people.models import Membership, Person, Region
from webapp.people.permissions import Actor
from webapp.posts import drafts
from webapp.posts.models import Post

from .browsers import DESK, FLOWN, PHONE, watched

T = TypeVar("T")


class Line(WSGIRequestHandler):
    """The way to the server: while it is cut (or for a path that ends so) requests of pages and workers go nowhere."""

    def run_wsgi(self) -> None:
        cut = getattr(self.server, "cut", None)
        if cut is not None and self.path.endswith(cut):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            super().run_wsgi()


@dataclass
class Company:
    """Pomela with its week behind it. `base` is its address."""

    base: str
    browser: Browser
    server: BaseWSGIServer
    states: dict[str, Any] = field(default_factory=dict)

    def cut(self, context: BrowserContext) -> None:
        """Flight mode: the browser knows that there is no network, and there is none for its workers either."""
        self.lose("")
        FLOWN.add(context)
        context.set_offline(False)
        context.set_offline(True)

    def mend(self, context: BrowserContext) -> None:
        """The network is back."""
        self.find()
        context.set_offline(False)

    def lose(self, ending: str) -> None:
        """Requests whose path ends so get no answer; the browser does not know why."""
        self.server.cut = ending  # type: ignore[attr-defined]

    def find(self) -> None:
        """Every request is answered again."""
        self.server.cut = None  # type: ignore[attr-defined]

    @contextmanager
    def phone(self, who: str, **more: Any) -> Iterator[Page]:
        """Somebody's phone, signed in."""
        with watched(self.browser, self.base, PHONE, storage_state=self.entered(who), **more) as page:
            yield page

    @contextmanager
    def desk(self, who: str, **more: Any) -> Iterator[Page]:
        """Somebody's computer, signed in."""
        with watched(self.browser, self.base, DESK, storage_state=self.entered(who), **more) as page:
            yield page

    def entered(self, who: str) -> Any:
        """The cookies of somebody of the demo, entered by a tap on their name."""
        if who not in self.states:
            name = next(member.name for member in company.PEOPLE if member.key == who)
            with watched(self.browser, self.base, DESK) as page:
                page.goto("/")
                page.get_by_role("button", name=name).click()
                expect(page.get_by_role("heading", level=1)).to_have_text("Today")
                self.states[who] = page.context.storage_state()
        return self.states[who]

    def actor(self, who: str) -> Actor:
        """Somebody of the demo as the domain sees them."""
        member = next(member for member in company.PEOPLE if member.key == who)
        query = sa.select(Membership).join(Person).where(Person.email == build.address(member))
        return sessions.actor_of(db.session.scalars(query).one())

    def act(self, verb: Callable[[], T]) -> T:
        """Do something behind the browser's back, as another request or job would, and commit it."""
        try:
            done = verb()
            db.commit()
            return done
        finally:
            db.session.remove()

    def waiting(self, text: str, who: str = "warsaw.author", hours: float = 30) -> str:
        """A post of Warsaw that waits for its nod; answers its path."""
        return self.act(lambda: self._submit(self._write(text, who, hours), who))

    def written(self, text: str, who: str = "warsaw.author", hours: float = 30) -> str:
        """A draft of Warsaw; answers its path."""
        return self.act(lambda: f"/posts/{self._write(text, who, hours).id}")

    def rewritten(self, path: str, text: str, who: str = "warsaw.author") -> None:
        """Its author changes the words and sends it again."""

        def again() -> None:
            post = self.post(path)
            drafts.save(post, self._values(post, text, post.wall), self.actor(who), version=post.version)
            submission.submit(post, self.actor(who))

        self.act(again)

    def post(self, path: str) -> Post:
        """The post of a path."""
        return db.session.get_one(Post, uuid.UUID(path.split("/")[2]))

    def state(self, path: str) -> str:
        """What has become of a post."""
        return self.act(lambda: self.post(path).state)

    def _write(self, text: str, who: str, hours: float) -> Post:
        region = db.session.scalars(sa.select(Region).where(Region.name == "Warsaw")).one()
        channels = db.session.scalars(sa.select(Channel).where(Channel.region_id == region.id)).all()
        post = drafts.create(region, self.actor(who), channels=list(channels))
        at = times.now() + timedelta(hours=hours)
        drafts.save(post, self._values(post, text, at), self.actor(who), version=post.version)
        return post

    def _values(self, post: Post, text: str, at: Any) -> drafts.Values:
        planned = post.planned_at if isinstance(at, str) else at
        place = times.planned_from(planned, post.region.zone)
        return drafts.Values(
            text=text,
            language="en",
            region=post.region,
            channels={variant.channel_id: drafts.Own() for variant in post.variants},
            as_soon=False,
            planned=place,
            wall=place.wall.isoformat(timespec="minutes"),
            alts={},
        )

    def _submit(self, post: Post, who: str) -> str:
        submission.submit(post, self.actor(who))
        return f"/posts/{post.id}"


@contextmanager
def served(folder: Path, template: Path, browser: Browser) -> Iterator[Company]:
    """The whole application on a free port, with the demo loaded."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    shutil.copy(template, folder / "nod.db")
    base = f"http://localhost:{port}"
    config = config_for(folder, f"sqlite:///{folder / 'nod.db'}", base_url=base, port=port, demo=True)
    app = create_app(config)
    demo.load()
    db.commit()
    db.session.remove()
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Line)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Company(base, browser, server)
    finally:
        server.shutdown()
        thread.join()
        db.dispose()
