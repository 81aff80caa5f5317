"""Labels, campaigns and paid: made, chosen in the composer, found again; never part of what goes out."""

import uuid

import pytest

from tests.approvals import house
from tests.posts import make
from webapp import db
from webapp.db import session
from webapp.people.permissions import Permission
from webapp.posts import drafts, revisions
from webapp.posts.labels import catalog, filing
from webapp.posts.labels.filing import Filing
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post


def text(answer):
    return answer.get_data(as_text=True)


def label(cast, name="Pharma", model=Label, **more):
    """One of the company's, committed."""
    row = catalog.create(model, {"name": name, **more}, cast.actor("administrator"))
    db.commit()
    return row


def a_draft(cast, words="Hello", **more):
    row = make.post(cast, [make.channel(cast)], words, **more)
    db.commit()
    return row


def form(cast, post, **more):
    """What the composer sends."""
    base = {"version": str(post.version), "region": str(post.region_id), "language": "pl", "text": post.text}
    slot = {"when": "slot", "date": post.wall[:10], "time": post.wall[11:]}
    channel = str(post.variants[0].channel_id)
    return {**base, **slot, "channels": channel, f"own-{channel}": "base", f"pics-{channel}": "base", **more}


def stored(post_id):
    session.rollback()
    session.expire_all()
    return session.get_one(Post, post_id)


def test_made_changed_and_put_away(cast):
    assert cast.administrator.post("/labels", {"name": " Pharma "}).status_code == 303
    assert cast.administrator.post("/labels", {"name": "pharma"}).status_code == 422
    assert cast.administrator.post("/labels", {"name": ""}).status_code == 422
    [row] = house.rows(Label)
    here = f"/labels/{row.id}"
    assert 'value="Pharma"' in text(cast.administrator.get(here))
    assert cast.administrator.post(here, {"name": "Health"}).status_code == 303
    assert "Health" in text(cast.author.get("/labels"))
    assert cast.administrator.post(f"{here}/removal").status_code == 303
    assert cast.administrator.post(f"{here}/removal").status_code == 404
    assert "Health" not in text(cast.author.get("/labels"))
    assert cast.administrator.post("/labels", {"name": "Health"}).status_code == 303, "it comes back"
    assert house.kinds(row) == ["label.created", "label.changed", "label.removed", "label.created"]


def test_a_campaign_has_days(cast):
    days = {"name": "Autumn", "starts_on": "2030-09-01", "ends_on": "2030-11-30"}
    assert cast.administrator.post("/campaigns", {**days, "ends_on": "2030-08-01"}).status_code == 422
    assert cast.administrator.post("/campaigns", {**days, "ends_on": "no day"}).status_code == 422
    assert cast.administrator.post("/campaigns", days).status_code == 303
    html = text(cast.author.get("/labels"))
    assert "1 September 2030 to 30 November 2030" in html
    [row] = house.rows(Campaign)
    assert cast.administrator.post(f"/campaigns/{row.id}", {"name": "Winter"}).status_code == 303
    assert house.rows(Campaign)[0].starts_on is None


@pytest.mark.parametrize("who", ["author", "planner", "stranger"])
def test_only_who_sets_up_the_company_changes_them(cast, who):
    here = f"/labels/{label(cast).id}"
    browser = getattr(cast, who)
    refused = 404 if who == "stranger" else 403
    assert browser.post(here, {"name": "Mine"}).status_code == refused
    assert browser.post(f"{here}/removal").status_code == refused
    assert browser.get(here).status_code == refused
    if who != "stranger":
        assert browser.post("/labels", {"name": "Mine"}).status_code == 403
    else:
        assert "Pharma" not in text(browser.get("/labels"))


def test_a_campaign_is_the_planners_to_keep(cast):
    here = f"/campaigns/{label(cast, 'Autumn', Campaign).id}"
    assert cast.planner.post("/campaigns", {"name": "Winter"}).status_code == 303
    assert cast.planner.post(here, {"name": "Harvest"}).status_code == 303
    assert {row.name for row in house.rows(Campaign)} == {"Winter", "Harvest"}
    page = text(cast.planner.get("/labels"))
    assert "Add a campaign" in page
    assert "Add a label" not in page
    assert here in page
    for browser in (cast.author, cast.approver):
        assert browser.post("/campaigns", {"name": "Mine"}).status_code == 403
        assert browser.post(here, {"name": "Mine"}).status_code == 403
        assert "Add a campaign" not in text(browser.get("/labels"))


def test_chosen_in_the_composer_and_shown(cast):
    chosen, campaign, post = label(cast), label(cast, "Autumn", Campaign), a_draft(cast)
    html = text(cast.author.get(f"/posts/{post.id}/edit"))
    assert "Labels, campaign, paid" in html
    sent = form(cast, post, filed="1", labels=str(chosen.id), campaign=str(campaign.id), paid="y")
    assert cast.author.post(f"/posts/{post.id}", {**sent, "action": "save"}).status_code == 303
    row = stored(post.id)
    assert filing.of(row) == Filing(frozenset({chosen.id}), campaign.id, True)
    html = text(cast.author.get(f"/posts/{post.id}"))
    assert all(words in html for words in ("Pharma", "Autumn", "Paid"))
    assert "post.filed" in house.kinds(row)


def test_a_form_without_those_fields_leaves_them_alone(cast):
    chosen, post = label(cast), a_draft(cast, paid=True)
    post = session.get_one(Post, post.id)
    post.labels = [session.get_one(Label, chosen.id)]
    db.commit()
    sent = form(cast, post, text="Otherwise")
    cast.author.post(f"/posts/{post.id}", {**sent, "action": "save"})
    row = stored(post.id)
    assert (row.text, row.paid, [each.id for each in row.labels]) == ("Otherwise", True, [chosen.id])
    cast.author.post(f"/posts/{row.id}", {**form(cast, row), "filed": "1", "action": "save"})
    assert filing.of(stored(row.id)) == Filing()


def theirs(cast):
    """A label of the other company, committed."""
    row = catalog.create(Label, {"name": "Theirs"}, cast.actor("stranger"))
    db.commit()
    return row.id


def test_what_is_not_offered_is_refused(cast):
    post = a_draft(cast)
    sent = form(cast, post, filed="1", labels=str(theirs(cast)), campaign=str(uuid.uuid4()), action="save")
    assert cast.author.post(f"/posts/{post.id}", sent).status_code == 422


def test_what_is_no_label_of_the_company_is_not_taken(cast):
    wanted, post = Filing(frozenset({theirs(cast)}), uuid.uuid4()), a_draft(cast)
    drafts.save(post, values(post, wanted), cast.actor("author"), version=post.version)
    assert filing.of(post) == Filing()
    session.rollback()


def values(post, filed):
    """The working copy as it is, filed otherwise."""
    channels = {variant.channel_id: drafts.Own() for variant in post.variants}
    return drafts.Values(post.text, post.language, post.region, channels, post.as_soon, filing=filed)


def test_none_of_it_is_in_the_hash(cast):
    post = session.get_one(Post, a_draft(cast).id)
    before = revisions.hash_of(revisions.working_content(post))
    filing.apply(post, Filing(frozenset({label(cast).id}), None, True))
    assert revisions.hash_of(revisions.working_content(post)) == before


def test_found_by_them(cast):
    chosen, campaign = label(cast), label(cast, "Autumn", Campaign)
    both, paid = a_draft(cast, "With both"), a_draft(cast, "That is paid", paid=True)
    filing.apply(session.get_one(Post, both.id), Filing(frozenset({chosen.id}), campaign.id))
    db.commit()
    for query, found, other in (
        (f"label={chosen.id}", "With both", "That is paid"),
        (f"campaign={campaign.id}", "With both", "That is paid"),
        ("paid=1", "That is paid", "With both"),
    ):
        html = text(cast.author.get(f"/posts?{query}"))
        assert found in html
        assert other not in html
    assert paid
    assert "With both" not in text(cast.author.get(f"/posts?label={uuid.uuid4()}"))
    assert cast.author.get("/posts?label=nothing&campaign=x&paid=7").status_code == 200


def test_a_copy_is_filed_alike(cast):
    chosen, post = label(cast), a_draft(cast, paid=True)
    filing.apply(session.get_one(Post, post.id), Filing(frozenset({chosen.id}), None, True))
    db.commit()
    copy = drafts.duplicate(session.get_one(Post, post.id), cast.actor("author"))
    assert filing.of(copy) == Filing(frozenset({chosen.id}), None, True)
    assert cast.actor("author").may(Permission.WRITE, copy)
    session.rollback()
