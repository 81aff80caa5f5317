"""Which workflow applies: the nearest wins; each condition sends a post where it says, and in words."""

import uuid
from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.workflows.house import person, publish, stage
from tests.posts import make
from webapp import db, times
from webapp.approvals.workflows import choosing, conditions, words
from webapp.db import session
from webapp.people.models import Region
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post
from webapp.posts.wordlists import keeping


def a_post(cast, **more):
    return make.post(cast, [make.channel(cast)], **more)


def test_the_nearest_wins(cast):
    by = cast.actor("administrator")
    label = catalog.create(Label, {"name": "Pharma"}, by)
    post = a_post(cast)
    assert choosing.chosen(post) is None
    top = publish(cast, stage("Top"))
    assert choosing.chosen(post).workflow.id == top.id
    below = publish(cast, stage("Here"), scope="region", owner=cast.warsaw.id)
    publish(cast, stage("There"), scope="region", owner=cast.dubai.id)
    assert (choosing.chosen(post).workflow.id, choosing.chosen(post).name) == (below.id, "Warsaw")
    labelled = publish(cast, stage("Labelled"), scope="label", owner=label.id)
    assert choosing.chosen(post).workflow.id == below.id
    post.labels = [label]
    session.flush()
    assert (choosing.chosen(post).workflow.id, choosing.chosen(post).name) == (labelled.id, "Pharma")
    here = publish(cast, stage("Channel"), scope="channel", owner=post.variants[0].channel_id)
    assert choosing.chosen(post).workflow.id == here.id


def test_of_several_as_near_the_one_with_most_stages(cast):
    by = cast.actor("administrator")
    labels = [catalog.create(Label, {"name": name}, by) for name in ("One", "Two")]
    publish(cast, stage("A"), scope="label", owner=labels[0].id)
    longer = publish(cast, stage("B"), stage("C"), scope="label", owner=labels[1].id)
    post = a_post(cast)
    post.labels = labels
    assert choosing.chosen(post).workflow.id == longer.id


def holds(post, key, *of):
    return conditions.why([{"key": key, "of": [str(each) for each in of]}], conditions.of_working(post))


def test_network_region_label_campaign_and_paid(cast):
    by = cast.actor("administrator")
    post = a_post(cast)
    other = uuid.uuid4()
    assert holds(post, "network", "site") == {"key": "network", "names": ["Site feed"]}
    assert holds(post, "network", "else") is None
    assert holds(post, "region", cast.headquarters.id)["names"] == ["Headquarters"]
    assert holds(post, "region", cast.dubai.id) is None
    label, campaign = catalog.create(Label, {"name": "Pharma"}, by), catalog.create(Campaign, {"name": "Autumn"}, by)
    assert holds(post, "label", label.id) is None
    assert holds(post, "campaign") is None
    assert holds(post, "paid") is None
    post.labels, post.campaign, post.campaign_id, post.paid = [label], campaign, campaign.id, True
    assert holds(post, "label", other) is None
    assert holds(post, "label", label.id)["names"] == ["Pharma"]
    assert holds(post, "campaign")["names"] == ["Autumn"]
    assert holds(post, "campaign", other) is None
    assert conditions.because(holds(post, "paid")) == "it is paid"


def listed(cast, kind, word):
    """A word on a list of headquarters, in Polish, committed."""
    keeping.keep(session.get_one(Region, cast.headquarters.id), "pl", {kind: word}, cast.actor("administrator"))
    db.commit()


def test_risky_words_of_the_language(cast):
    listed(cast, "risk", "cukr*")
    post = a_post(cast, text="Mniej cukru")
    assert conditions.because(holds(post, "words")) == "it says “cukru”"
    post.language = "en"
    db.commit()
    assert holds(post, "words") is None


def test_a_claim_is_new_until_it_went_out(cast):
    listed(cast, "claim", "najlepszy")
    post, before = a_post(cast, text="Najlepszy sok"), a_post(cast, text="Jest najlepszy")
    assert holds(post, "claim")["names"] == ["Najlepszy"]
    before.sent_on, before.search = 1, "jest najlepszy"
    session.flush()
    assert holds(post, "claim") is None


def test_the_first_post_of_an_author(cast):
    post, before = a_post(cast), a_post(cast)
    assert holds(post, "first_post") is not None
    before.sent_on = 1
    session.flush()
    assert holds(post, "first_post") is None


@pytest.mark.parametrize(
    ("wall", "is_off"), [("2030-03-06T10:00", False), ("2030-03-06T20:00", True), ("2030-03-09T10:00", True)]
)
def test_outside_working_hours(cast, wall, is_off):
    post = a_post(cast)
    post.planned_at = times.plan(times.parse_wall(wall), "Europe/Warsaw").at
    assert (holds(post, "off_hours") is not None) == is_off
    post.as_soon = True
    assert holds(post, "off_hours") is None


def test_any_one_condition_is_enough_and_none_is_always(cast):
    post = a_post(cast)
    matter = conditions.of_working(post)
    assert conditions.why([], matter) == {"key": "always"}
    assert conditions.why([{"key": "paid"}, {"key": "first_post"}], matter)["key"] == "first_post"
    assert conditions.why([{"key": "unheard_of"}], matter) is None


def test_where_it_goes_in_words(cast):
    post = a_post(cast)
    assert words.of(post) == "Goes to one approver of Warsaw"
    together = stage("Local", with_previous=True)
    publish(cast, stage("Brand"), stage("Legal", when=[{"key": "paid"}]), stage("Lead"), together)
    assert words.of(post) == "Goes to Brand, then Lead and Local"
    post.paid = True
    assert words.of(post) == "Goes to Brand, then Legal, then Lead and Local"


def test_the_composer_and_the_page_of_the_post_say_it(cast):
    publish(
        cast,
        stage("Brand", person(cast, "second")),
        stage("Legal", when=[{"key": "first_post"}]),
        scope="region",
        owner=cast.warsaw.id,
    )
    post = a_post(cast, planned_at=times.now() + timedelta(days=2))
    db.commit()
    html = cast.author.get(f"/posts/{post.id}/edit").get_data(as_text=True)
    assert "Goes to Brand, then Legal" in html
    house.send(cast, session.get_one(Post, post.id))
    html = cast.author.get(f"/posts/{post.id}").get_data(as_text=True)
    assert "nothing of its author went out yet" in html
    assert "Workflow of the region Warsaw: Brand, then Legal." in html
