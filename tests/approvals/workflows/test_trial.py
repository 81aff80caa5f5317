"""Try it: where a post would go, why, to whom, and when it would likely be through."""

import re
from datetime import timedelta

from tests.approvals import house
from tests.approvals.workflows.house import give, make_role, person, publish, stage
from tests.posts import make
from webapp import db, times
from webapp.approvals.workflows import trial, trying
from webapp.db import session
from webapp.posts import queries
from webapp.posts.models import Post

MONDAY = "2030-03-04T09:00"


def at(wall):
    """An instant in Warsaw."""
    return times.plan(times.parse_wall(wall), "Europe/Warsaw").at


def test_limits_are_counted_in_working_hours(cast, monkeypatch):
    monkeypatch.setattr(times, "clock", lambda: at("2030-03-08T15:00"))
    first = stage("Brand", person(cast, "approver"), limit=4)
    row = publish(cast, first, stage("Legal", person(cast, "second"), limit=1, with_previous=True))
    post = make.post(cast, [make.channel(cast)])
    found = trial.trial(row, post)
    assert [visit.takes for visit in found.visits] == [timedelta(hours=4), timedelta(hours=1)]
    assert found.ends == at("2030-03-11T11:00"), "two hours on Friday, two on Monday; Legal meanwhile"
    assert [visit.people for visit in found.visits] == [("Approver",), ("Second",)]


def test_what_it_took_before_comes_before_the_limit(cast, monkeypatch):
    row = publish(cast, stage("Brand", person(cast, "approver"), limit=8))
    for n, minutes in enumerate((20, 40, 60)):
        now = at(f"2030-03-0{4 + n}T10:00")
        monkeypatch.setattr(times, "clock", lambda now=now: now)
        waiting = house.waiting(cast, text=f"Post {n}", planned_at=now + timedelta(days=1))
        monkeypatch.setattr(times, "clock", lambda now=now, m=minutes: now + timedelta(minutes=m))
        house.decide(cast, waiting, "approver")
    session.expire_all()
    post = session.query(Post).first()
    monkeypatch.setattr(times, "clock", lambda: at("2030-03-08T16:30"))
    [visit] = trial.trial(session.merge(row), post).visits
    assert (visit.takes, visit.from_before) == (timedelta(minutes=40), 3)
    assert trial.trial(session.merge(row), post).ends == at("2030-03-11T09:10")


def test_what_cannot_be_known_is_not_said(cast):
    post = make.post(cast, [make.channel(cast)])
    assert trial.trial(publish(cast, stage("Brand")), post).ends is None
    nobody = trial.trial(publish(cast, stage("Brand", person(cast, "author"), limit=1)), post)
    assert (nobody.ends, nobody.visits[0].enough) == (None, False)


def test_on_the_page_and_against_the_version_that_applies(cast):
    row = publish(cast, stage("Brand", person(cast, "approver"), limit=2))
    post = make.post(cast, [make.channel(cast)], "Sok z grejpfruta", paid=True)
    db.commit()
    here = f"/workflows/{row.line_id}"
    answer = cast.administrator.post(here, {"title": "Organization", "action": "add"})
    assert answer.status_code == 303
    answer = cast.administrator.post(here, {"title": "Organization", "action": f"try:{post.id}"})
    html = cast.administrator.get(answer.headers["Location"]).get_data(as_text=True)
    for words in ("Sok z grejpfruta", "Approver", "at most 2 hours, its limit", "Under version 1, which applies now"):
        assert words in html
    assert html.count("Sent now, likely through on") == 1
    assert "When it would be through is not known" in html


def test_a_post_that_one_does_not_see_is_not_tried(cast):
    here = f"/workflows/{publish(cast, stage('Brand')).line_id}"
    post = make.post(cast, [make.channel(cast)], "Secret words")
    db.commit()
    html = cast.administrator.get(f"{here}?try={post.id}").get_data(as_text=True)
    assert "Secret words" in html
    assert "Sent now" in html or "not known" in html
    session.get_one(Post, post.id).deleted_at = times.now()
    db.commit()
    address = f"{here}?try={house.rows(Post)[0].id}"
    html = cast.administrator.get(address).get_data(as_text=True)
    assert "Secret words" not in html
    assert cast.stranger.get(address).status_code == 404
    assert cast.administrator.get(f"{here}?try=nothing").status_code == 200


def test_two_posts_with_the_same_words_are_told_apart(cast):
    here, channel = f"/workflows/{publish(cast, stage('Brand')).line_id}", make.channel(cast)
    for wall in ("2030-03-04T09:00", "2030-03-11T09:00"):
        make.post(cast, [channel], "Przepis tygodnia", planned_at=at(wall), slot_at=at(wall), wall=wall)
    make.post(cast, [channel], "Przepis tygodnia", planned_at=None, wall="")
    db.commit()
    html = cast.administrator.get(here).get_data(as_text=True)
    found = [words for words in rows_of(html) if "Przepis tygodnia" in words]
    times_ = sorted(words.partition(" Site")[0].partition(" Przepis")[0] for words in found)
    assert times_ == ["09:00 Mon, 11 Mar 2030, Warsaw", "09:00 Mon, 4 Mar 2030, Warsaw", "No time yet Warsaw"]


def rows_of(html):
    """The posts that can be chosen, each as its words."""
    buttons = re.findall(r'<button class="ln".*?</button>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", button).split()) for button in buttons]


def many(cast, count):
    channel = make.channel(cast)
    made = [make.post(cast, [channel], f"Post number {n} of all") for n in range(count)]
    for post in made:
        post.search = queries.searchable(post)
    db.commit()
    return made


def pressed(cast, here, action, **typed):
    answer = cast.administrator.post(here, {"title": "Organization", "action": action, **typed})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    return address, cast.administrator.get(address).get_data(as_text=True)


def test_every_post_is_reached_page_by_page(cast):
    here, made = f"/workflows/{publish(cast, stage('Brand')).line_id}", many(cast, 2 * trying.FEW + 1)
    html, seen = cast.administrator.get(here).get_data(as_text=True), []
    for _page in range(3):
        seen += re.findall(r"try:([0-9a-f-]{36})", html)
        more = re.search(r'name="action" value="(posts:[^"]+)">Show more', html)
        html = pressed(cast, here, more[1])[1] if more else ""
    assert sorted(seen) == sorted(str(post.id) for post in made)


def test_an_old_post_is_found_by_its_words_and_tried(cast):
    here, made = f"/workflows/{publish(cast, stage('Brand')).line_id}", many(cast, trying.FEW + 4)
    made[0].text, made[0].search = "Łódź w słońcu", "łódź w słońcu"
    db.commit()
    assert "Łódź" not in " ".join(rows_of(cast.administrator.get(here).get_data(as_text=True)))
    _address, html = pressed(cast, here, "posts:", q="  łódź ")
    assert len(rows_of(html)) == 1
    address, html = pressed(cast, here, f"try:{made[0].id}", q="łódź")
    assert address.endswith("#try")
    assert "Sent now" in html or "not known" in html
    assert len(rows_of(html)) == 1
    assert "No post fits" in pressed(cast, here, "posts:", q="nowhere")[1]


def test_searching_saves_what_is_typed_and_leaves_the_stage_open(cast):
    row = publish(cast, stage("Brand", person(cast, "approver")))
    here, first = f"/workflows/{row.line_id}", row.stages[0]["id"]
    many(cast, 1)
    _address, html = pressed(cast, here, f"open:{first}")
    typed = {"stage": first, "name": "Marka", "rule": "any", "who": f"person:{cast.people['approver'].id}"}
    address, html = pressed(cast, here, "save", **typed, q="number", asked="")
    assert f"stage={first}" in address
    assert ('value="Marka"' in html, len(rows_of(html))) == (True, 1)
    address, html = pressed(cast, here, "save", **typed, q="number", asked="number")
    assert "stage=" not in address, "saving is saving when nothing new is looked for"


def test_who_may_not_change_it_searches_by_the_address(cast):
    made = many(cast, trying.FEW + 1)
    here = f"/workflows/{publish(cast, stage('Brand')).line_id}"
    give(cast, "analyst", make_role(cast, "Setter", "settings", "view"), cast.warsaw)
    html = cast.analyst.get(here).get_data(as_text=True)
    more = re.search(r'name="after" value="([^"]+)">Show more', html)
    assert more
    assert 'form="flow"' not in html[html.index('id="try"') :]
    assert len(rows_of(cast.analyst.get(here, query_string={"after": more[1]}).get_data(as_text=True))) == 1
    html = cast.analyst.get(here, query_string={"q": "number 0", "try": str(made[0].id)}).get_data(as_text=True)
    assert "Sent now" in html or "not known" in html
    assert len(rows_of(html)) == 1
