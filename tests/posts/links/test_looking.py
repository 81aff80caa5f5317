"""Links are looked at by a job, gently and only where one may go; the check reads what was seen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.cast import Cast, Clock
from tests.conftest import config_for
from tests.outbound.site import Server, names, running
from tests.posts import make
from tests.posts.checks import look
from tests.posts.test_composer import fresh, typed
from webapp import db, outbound, times
from webapp.posts import links
from webapp.posts.checks import Level
from webapp.posts.links import looking
from webapp.posts.links.models import Link
from webapp.posts.wordlists import keeping


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A server of ours, which is also called shop.test."""
    with running(Server()) as server:
        allowed = frozenset({server.host, f"shop.test:{server.server_port}"})
        outbound.configure(config_for(tmp_path, "sqlite://", private_hosts=allowed))
        names(monkeypatch, shop_test=["127.0.0.1"])
        yield server
    outbound.configure(config_for(tmp_path, "sqlite://"))


@pytest.fixture
def reply(site: Server, monkeypatch: pytest.MonkeyPatch):
    """Answers that a test chooses: path -> status, or where it leads."""
    known: dict[str, int | str] = {}
    original = site.RequestHandlerClass.ok

    def ok(handler) -> None:
        answer = known.get(handler.path, 200)
        if isinstance(answer, str):
            handler.reply(302, b"", location=answer)
        elif answer == 405 and handler.command == "GET":
            handler.reply(200, b"here")
        else:
            handler.reply(answer, b"")

    monkeypatch.setattr(site.RequestHandlerClass, "ok", ok)
    assert original is not ok
    return known


def _shop(site: Server, path: str) -> str:
    return f"http://shop.test:{site.server_port}{path}"


def _noted(cast: Cast, *urls: str) -> list[Link]:
    links.note(cast.organization.id, [" ".join(urls)])
    db.commit()
    return [_row(url) for url in urls]


def _row(url: str) -> Link:
    query = sa.select(Link).where(Link.digest == links.digest(url)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


@pytest.mark.parametrize(
    ("answer", "state", "status"),
    [
        (200, "ok", 200),
        (405, "ok", 200),
        (404, "gone", 404),
        (410, "gone", 410),
        (500, "silent", 500),
        (403, "silent", 403),
    ],
)
def test_what_is_there_is_kept(cast: Cast, site: Server, reply, answer: int, state: str, status: int) -> None:
    reply["/page"] = answer
    row = Link(url=f"{site.url}/page")
    seen = looking.look(row.url)
    assert (seen.state, seen.status) == (state, status)
    assert site.seen[0][0] == "HEAD"


def test_where_it_leads_is_kept_and_a_slash_is_no_other_place(site: Server, reply) -> None:
    reply |= {"/s": "/landing?x=1", "/dir": "/dir/"}
    assert looking.look(f"{site.url}/s#top") == looking.Seen("moved", 200, f"{site.url}/landing?x=1")
    assert looking.look(f"{site.url}/dir").state == "ok"
    assert looking.look(f"{site.url}/loop").state == "refused"


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://10.0.0.8/", "https://[::1]/", "http://shop.example/"],
)
def test_no_private_address_and_nothing_but_https(cast: Cast, site: Server, url: str) -> None:
    assert looking.look(url).state == "refused"
    assert site.seen == []


def test_a_way_to_a_private_address_is_refused(site: Server, reply) -> None:
    with running(Server()) as secret:
        reply["/out"] = f"http://{secret.host}/admin"
        assert looking.look(f"{site.url}/out").state == "refused"
        assert secret.seen == []


@pytest.mark.parametrize("path", ["/drop", "/header"])
def test_a_server_that_misbehaves_is_silent(site: Server, path: str) -> None:
    assert looking.look(f"{site.url}{path}").state == "silent"


def test_time_and_size_have_their_bounds(site: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TIMEOUT", 0.3)
    assert looking.look(f"{site.url}/hang").state == "silent"
    assert looking.look(f"{site.url}/drip-head").state == "silent"
    assert looking._ask("HEAD", f"{site.url}/long").status == 200


def test_one_host_is_asked_once_in_a_while(cast: Cast, site: Server, clock: Clock) -> None:
    rows = _noted(cast, *(_shop(site, f"/page{n}") for n in range(3)))
    assert looking.look_due() == 1
    assert looking.look_due() == 0
    clock.forward(seconds=11)
    assert looking.look_due() == 1
    clock.forward(seconds=11)
    assert looking.look_due() == 1
    clock.forward(seconds=11)
    assert looking.look_due() == 0
    assert len(site.seen) == 3
    assert {_row(row.url).state for row in rows} == {"ok"}


def test_hosts_do_not_wait_for_each_other(cast: Cast, site: Server, clock: Clock, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(looking, "look", lambda url: asked.append(url) or looking.Seen("ok", 200))
    _noted(cast, "https://one.example/a", "https://one.example/b", "https://two.example/a")
    assert looking.look_due() == 2
    assert {url.split("/")[2] for url in asked} == {"one.example", "two.example"}


def test_what_is_well_is_looked_at_again_and_trouble_sooner(cast: Cast, site: Server, reply, clock: Clock) -> None:
    reply["/gone"] = 404
    well, gone = _noted(cast, _shop(site, "/well"), _shop(site, "/gone"))
    for _round in range(2):
        looking.look_due()
        clock.forward(seconds=11)
    assert _row(well.url).next_at - _row(well.url).looked_at == timedelta(hours=12)
    assert _row(gone.url).next_at - _row(gone.url).looked_at == timedelta(minutes=10)
    reply["/gone"] = 200
    clock.forward(minutes=11)
    assert looking.look_due() == 1
    assert (_row(gone.url).state, _row(gone.url).tries) == ("ok", 0)
    clock.forward(days=15)
    looking.look_due()
    clock.forward(seconds=11)
    looking.look_due()
    assert _row(well.url).next_at is None
    links.note(cast.organization.id, [well.url])
    db.commit()
    assert _row(well.url).next_at == times.now()


def test_a_link_is_one_row_for_its_company_and_a_demo_never_asks(cast: Cast) -> None:
    url = "https://pomela.example/menu"
    for text in (url, f"{url}#drinks and {url}."):
        links.note(cast.organization.id, [text])
    db.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == 1
    cast.organization.demo = True
    links.note(cast.organization.id, ["https://pomela.example/demo"])
    db.commit()
    assert (_row("https://pomela.example/demo").state, _row("https://pomela.example/demo").next_at) == ("skipped", None)


def test_saving_a_post_has_its_links_looked_at(cast: Cast, site: Server) -> None:
    post = make.post(cast, [make.channel(cast)])
    db.commit()
    url = f"/posts/{post.id}"
    values = typed(post, post.variants[0].channel, text=f"Zobacz {_shop(site, '/menu')}")
    cast.author.post(f"{url}/checks", values, htmx=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == 0
    assert site.seen == []
    assert cast.author.post(f"{url}/draft", values).status_code == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == 0
    values["version"] = str(fresh(url).version)
    assert cast.author.post(url, values).status_code == 303
    assert "was not looked at yet" in cast.author.get(f"{url}/edit").get_data(as_text=True)
    assert site.seen == []
    looking.look_due()
    assert "Every link works" in cast.author.get(f"{url}/edit").get_data(as_text=True)


@pytest.mark.parametrize(
    ("seen", "key", "level", "words"),
    [
        (looking.Seen("gone", 404), "link", Level.WARN, "shop.example/x returns 404"),
        (looking.Seen("silent"), "link", Level.WARN, "shop.example/x does not answer well"),
        (looking.Seen("refused"), "link", Level.WARN, "shop.example/x cannot be looked at"),
        (looking.Seen("moved", 200, "https://new.example/y/"), "link-moved", Level.INFO, "leads on to new.example/y"),
        (looking.Seen("ok", 200), "link", Level.OK, "Every link works"),
    ],
)
def test_the_check_says_what_was_seen_and_when(cast: Cast, clock: Clock, seen, key, level, words) -> None:
    (row,) = _noted(cast, "https://shop.example/x")
    post = make.post(cast, [make.channel(cast)], "See https://shop.example/x")
    assert look.levels(post, "link-new") == [Level.INFO]
    looking._settle(row.id, seen)
    clock.forward(hours=2)
    check = look.found(post, key)[0]
    assert (check.level, words in check.title) == (level, True)
    assert level == Level.OK or "2 hours ago" in check.detail


def test_links_to_own_sites_need_their_parameters(cast: Cast) -> None:
    keeping.keep(cast.headquarters, "", {"site": "pomela.example"}, cast.actor("administrator"))
    whole = "utm_source=a&utm_medium=b&utm_campaign=c"
    post = make.post(cast, [make.channel(cast)], "https://shop.pomela.example/?utm_source=a&utm_medium=")
    assert look.found(post, "utm")[0].detail == "Add utm_medium, utm_campaign."
    post.text = f"https://pomela.example/?{whole}"
    assert look.levels(post, "utm") == [Level.OK]
    post.text = "https://notpomela.example/"
    assert look.levels(post, "utm") == []


def test_the_doctor_says_when_nobody_looks(cast: Cast, config, clock: Clock) -> None:
    from webapp.ops import doctor

    def seen() -> str:
        return next(f.state for f in doctor._links(config))

    assert seen() == doctor.OK
    _noted(cast, "https://one.example/a", "https://one.example/b")
    assert seen() == doctor.OK
    clock.forward(minutes=16)
    assert seen() == doctor.WARN


def test_old_links_are_forgotten(cast: Cast, clock: Clock) -> None:
    from webapp.ops import forget

    _noted(cast, "https://one.example/a")
    clock.forward(days=61)
    forget.old()
    db.commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Link)) == 0
