"""Headquarters asks its regions: each gets a post of its own, at the same hour there, and headquarters sees how far."""

import uuid

import pytest

from tests.approvals import house as approvals
from tests.posts import make
from tests.posts.adapting import house
from tests.posts.adapting.house import CLAIM, text, token
from webapp import db, times
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.posts.adapting import progress
from webapp.posts.adapting.models import Adaptation, Edition
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post


def test_each_region_gets_its_own_post(cast):
    feed, other = make.channel(cast), make.channel(cast, network="mastodon")
    by = cast.actor("administrator")
    autumn = catalog.create(Campaign, {"name": "Autumn"}, by)
    asset = make.asset(cast)
    post = house.master(cast, paid=True, campaign_id=autumn.id)
    post.labels = [catalog.create(Label, {"name": "Brand"}, by)]
    picture = make.picture(post, asset, "A can on a table")
    db.commit()
    assert house.hand(cast, post, cast.warsaw, cast.dubai) == 2
    row = house.of(post, cast.warsaw)
    made = row.post
    assert (made.region_id, made.language, made.zone) == (cast.warsaw.id, "pl", "Europe/Warsaw")
    assert (made.text, made.wall, made.state) == (house.TEXT, "2031-06-02T18:30", "draft")
    assert times.iso(made.planned_at) == "2031-06-02T16:30:00Z"
    assert [v.channel_id for v in made.variants] == [feed.id], "the same networks only"
    assert other.id not in {v.channel_id for v in made.variants}
    assert [(m.asset_id, m.alt) for m in made.media] == [(picture.asset_id, "A can on a table")]
    assert (made.paid, made.campaign.name, [label.name for label in made.labels]) == (True, "Autumn", ["Brand"])
    assert approvals.kinds(made) == ["post.adapted"]
    assert times.iso(house.of(post, cast.dubai).post.planned_at) == "2031-06-02T14:30:00Z"
    assert approvals.kinds(post) == ["post.regions_asked"]


@pytest.mark.parametrize(("wall", "kind"), [("2031-03-30T02:30", "skipped"), ("2030-10-27T02:30", "doubled")])
def test_an_hour_that_is_no_hour_there_is_asked_for(cast, wall, kind):
    post = house.master(cast, wall=wall)
    make.channel(cast)
    house.hand(cast, post, cast.warsaw)
    made = house.of(post, cast.warsaw).post
    assert (made.planned_at, made.wall) == (None, wall), kind
    answer = cast.author.post(f"/posts/{made.id}", house.form(made))
    assert answer.status_code == 422
    assert ("does not exist" if kind == "skipped" else "comes twice") in text(answer)


def test_through_the_page(cast):
    post = house.master(cast)
    page = text(cast.planner.get(f"/posts/{post.id}/regions"))
    assert "Warsaw" in page
    assert CLAIM in page
    form = {"regions": [str(cast.warsaw.id)], "passages": [token(CLAIM)], "links": "y", "note": "Keep it short"}
    assert cast.planner.post(f"/posts/{post.id}/regions", form).status_code == 303
    edition = house.of(post, cast.warsaw).edition
    assert (edition.passages, edition.links, edition.pictures_locked) == ([CLAIM], [house.LINK], False)
    page = text(cast.planner.get(f"/posts/{post.id}/regions"))
    assert "0 of 1 region ready" in page
    assert "Nobody has begun" in page
    again = cast.planner.post(f"/posts/{post.id}/regions", form)
    assert again.status_code == 422, "Warsaw is not offered any more"


def test_nothing_to_hand_on_says_so_and_keeps_what_was_typed(cast):
    post = house.master(cast)
    answer = cast.planner.post(f"/posts/{post.id}/regions", {"note": "Words <b>typed</b>", "passages": token(CLAIM)})
    assert answer.status_code == 303, "what is locked may be said before anybody is asked"
    with pytest.raises(Invalid, match="Choose a region"):
        house.hand(cast, post, note="Words <b>typed</b>")
    with pytest.raises(Invalid, match="nothing to adapt"):
        house.hand(cast, house.master(cast, ""), cast.warsaw)
    answer = cast.planner.post(f"/posts/{post.id}/regions", {"note": "Words <b>typed</b>\0", "passages": token(CLAIM)})
    assert answer.status_code == 422
    assert "Words &lt;b&gt;typed&lt;/b&gt;" in text(answer)


@pytest.mark.parametrize(
    "form", [{"regions": "x"}, {"regions": str(uuid.uuid4())}, {"passages": "f" * 16}, {"passages": "\0"}]
)
def test_what_is_not_offered_is_refused(cast, form):
    post = house.master(cast)
    assert cast.planner.post(f"/posts/{post.id}/regions", {"note": "", **form}).status_code == 422
    assert not approvals.rows(Edition)
    assert not approvals.rows(Adaptation)


def test_only_who_writes_above_asks_and_only_below(cast):
    post = house.master(cast)
    form = {"regions": str(cast.warsaw.id)}
    for who in ("author", "approver", "stranger", "teammate"):
        assert getattr(cast, who).get(f"/posts/{post.id}/regions").status_code == 404
        assert getattr(cast, who).post(f"/posts/{post.id}/regions", form).status_code == 404
    own = f"/posts/{make.post(cast, [make.channel(cast)]).id}/regions"
    db.commit()
    assert cast.author.post(own, {"regions": str(cast.dubai.id)}).status_code == 422
    assert "No region lies below" in text(cast.author.get(own))
    assert cast.approver.post(own, form).status_code == 403


def test_an_adaptation_is_not_handed_on(cast):
    row = house.asked(cast)
    with pytest.raises(Forbidden, match="adaptation itself"):
        house.hand(cast, row.post, cast.dubai)


def test_ready_is_cleared_or_further_and_who_declined_is_told_apart(cast):
    for region in (cast.warsaw, cast.dubai):
        make.channel(cast, region)
    post = house.master(cast)
    house.hand(cast, post, cast.warsaw, cast.dubai)
    warsaw = house.of(post, cast.warsaw)
    planner = cast.actor("planner")

    def told():
        found = progress.of(house.stored(post), planner)
        return found.words(), [row.who for row in found.rows]

    assert told() == ("0 of 2 regions ready", ["Nobody has begun", "Nobody has begun"])
    sent = approvals.send(cast, house.stored(warsaw.post))
    assert told()[1][1].startswith("Waits for ")
    approvals.decide(cast, sent)
    assert told()[0] == "1 of 2 regions ready"
    dubai = house.of(post, cast.dubai)
    assert cast.dubai_author.post(f"/adaptations/{dubai.id}/refusal", {"comment": "Ramadan"}).status_code == 303
    assert told()[0] == "1 of 1 region ready, 1 declined"
    page = text(cast.planner.get(f"/posts/{post.id}/regions"))
    assert "Ramadan" in page
    assert "1 of 1 region ready, 1 declined" in text(cast.planner.get(f"/posts/{post.id}"))
    assert "1 of 1 region ready, 1 declined" in text(cast.planner.get("/adaptations"))


def test_a_master_that_regions_adapt_stays(cast):
    row = house.asked(cast)
    assert cast.planner.post(f"/posts/{row.master_id}/removal").status_code == 403
    assert cast.author.post(f"/posts/{row.post_id}/removal").status_code == 403
    assert session.get_one(Post, row.master_id).deleted_at is None
