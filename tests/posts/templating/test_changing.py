"""A template says something else: typed by hand or taken from a post, never over what somebody else wrote meanwhile."""

import re

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from tests.posts.templating.test_templates import begin, begun, composer, keep, post
from webapp import db, times
from webapp.events import Event
from webapp.people.models import Person
from webapp.posts.labels.models import Label
from webapp.posts.models import Post
from webapp.posts.templating import keeping
from webapp.posts.templating.models import Template
from webapp.posts.threads import parts

__all__ = ["post"]


def one():
    """The newest as it is now, apart from any session: as a page shows it to somebody who keeps the page."""
    db.session.rollback()
    db.session.expire_all()
    whole = (sa.orm.undefer(Template.text), sa.orm.undefer(Template.content))
    row = db.session.scalars(sa.select(Template).options(*whole).order_by(Template.id.desc()).limit(1)).one()
    db.session.expunge(row)
    return row


@pytest.fixture
def row(cast, post):
    keep(cast.author, post)
    return one()


def fields(row, **more):
    """The form as a browser sends it when nothing was touched."""
    kept = row.content
    own = {f"text-{each['channel']}": each["text"] or "" for each in kept["forms"]}
    places = [("-".join(filter(None, (e["asset"], e["channel"], e["part"]))), e["alt"]) for e in kept["pictures"]]
    alts = {f"alt-{place}": alt for place, alt in places}
    filed = {"labels": kept["labels"], "campaign": kept["campaign"]} | ({"paid": "y"} if kept["paid"] else {})
    further = {name: part["text"] for name, part in parts.named(kept["parts"])}
    said = {"version": str(row.version), "language": row.language, "text": row.text}
    return said | own | alts | filed | further | more


def change(browser, row, **more):
    return browser.post(f"/posts/templates/{house.key(row)}/edit", fields(row, **more))


def path(row, rest=""):
    return f"/posts/templates/{house.key(row)}{rest}"


def kinds(row):
    db.session.rollback()
    query = sa.select(Event.kind).where(Event.subject_id == house.key(row)).order_by(Event.id)
    return db.session.scalars(query).all()


def replace(browser, post, row, version=None):
    key = f"{house.key(row)}.{row.version if version is None else version}"
    return browser.post(f"/posts/{house.key(post)}/template/replacement", {"template": key})


def test_every_field_is_typed_and_the_next_post_begins_with_it(cast, row):
    channel, asset = row.content["forms"][0]["channel"], row.content["pictures"][0]["asset"]
    label = Label(organization_id=row.organization_id, name="Fridays")
    db.session.add(label)
    db.commit()
    own = {f"text-{channel}": "Changed words", f"alt-{asset}": "A can\r\nof juice"}
    answer = change(cast.author, row, text="New\r\nwords", language="en", labels=[str(label.id)], campaign="", **own)
    assert answer.status_code == 303
    made = begun(begin(cast.author, row, cast.warsaw))
    assert (made.text, made.language, made.variants[0].text) == ("New\nwords", "en", "Changed words")
    assert [(each.alt, each.decorative) for each in made.media] == [("A can\nof juice", False)]
    assert ([each.name for each in made.labels], made.campaign_id, made.paid) == (["Fridays"], None, True)


def test_what_is_untouched_stays_and_writes_nothing(cast, row):
    before = (row.text, row.language, row.content, row.updated_at)
    assert change(cast.author, row).status_code == 303
    now = one()
    assert (now.text, now.language, now.content, now.updated_at) == before
    assert (now.version, now.editor_id, kinds(now)) == (1, None, ["template.kept"])


def test_who_changed_it_last_and_when_is_said_and_in_the_trail(cast, row, clock):
    assert "Changed by" not in house.body(cast.author.get(path(row)))
    assert change(cast.planner, row, text="By the planner").status_code == 303
    now = one()
    assert (now.version, now.editor_id) == (2, cast.actor("planner").id)
    name = db.session.get_one(Person, cast.actor("planner").id).name
    said = f"Changed by {name}, {times.day(now.updated_at, 'Europe/Warsaw')}"
    html = house.body(cast.author.get(path(now)))
    assert said in html
    assert "Warsaw" in html.split(said)[1][:60]
    event = db.session.scalars(sa.select(Event).where(Event.kind == "template.edited")).one()
    assert event.data == {"name": "Friday", "changed": ["text"], "version": 2}
    assert "Post template changed" in house.body(cast.administrator.get("/activity"))


def test_a_second_tab_is_told_and_has_both_texts(cast, row):
    change(cast.planner, row, text="Saved by the planner")
    answer = change(cast.author, row, text="Typed by the author", campaign="")
    assert answer.status_code == 409
    html = answer.get_data(as_text=True)
    assert "This template was changed somewhere else in the meantime." in html
    assert "Saved by the planner" in html
    assert "Typed by the author</textarea>" in html
    assert one().text == "Saved by the planner"
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    assert change(cast.author, row, text="Typed by the author", version=version).status_code == 303
    assert (one().text, one().version) == ("Typed by the author", 3)


@pytest.mark.parametrize("version", ["", "0", "2", "x", "9" * 30, "-1"])
def test_a_version_that_is_none_changes_nothing(cast, row, version):
    assert change(cast.author, row, text="Other", version=version).status_code == 409
    assert (one().text, one().version) == ("Every Friday: one thing we learned", 1)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": "x" * 50_001}, "at most 50,000 characters"),
        ({"language": "tlh"}, "Choose one from the list"),
        ({"labels": ["nobody"]}, "Choose one from the list"),
        ({"campaign": "nobody"}, "Choose one from the list"),
        ({"text": "a\x00b"}, "characters that cannot be stored"),
    ],
)
def test_what_cannot_be_comes_back_beside_its_field_with_everything_typed(cast, row, more, words):
    own = {f"text-{row.content['forms'][0]['channel']}": "Typed since"}
    answer = change(cast.author, row, **own, **more)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert words in html
    assert "Typed since</textarea>" in html
    assert 'name="version" value="1"' in html
    assert one().version == 1


def test_a_channel_and_its_pictures_are_taken_out_together(cast, post):
    wide = make.picture(post, make.asset(cast, "red"), "Wide")
    wide.variant_id, post.variants[0].own_media = post.variants[0].id, True
    db.commit()
    keeping.keep(post, "Two", cast.actor("author"), own=False)
    db.commit()
    channel = one().content["forms"][0]["channel"]
    assert change(cast.author, one(), **{f"out-{channel}": "y"}).status_code == 303
    now = one()
    assert now.content["forms"] == []
    assert [each["alt"] for each in now.content["pictures"]] == ["A can"]
    assert [each["channel"] for each in now.content["pictures"]] == [""]


def test_a_picture_is_taken_out_or_called_decorative(cast, row):
    asset = row.content["pictures"][0]["asset"]
    assert change(cast.author, row, **{f"decorative-{asset}": "y"}).status_code == 303
    assert one().content["pictures"][0]["decorative"] is True
    assert change(cast.author, one(), **{f"out-{asset}": "y"}).status_code == 303
    assert one().content["pictures"] == []


def test_an_own_text_left_empty_is_the_base(cast, row):
    channel = row.content["forms"][0]["channel"]
    change(cast.author, row, **{f"text-{channel}": ""})
    assert one().content["forms"][0]["text"] is None
    assert "Same as base" in house.body(cast.author.get(path(row)))


def test_a_part_is_changed_and_an_empty_one_left_out(cast, post):
    post.parts = [{"kind": "thread", "text": "Second"}, {"kind": "comment", "text": "First comment words"}]
    db.commit()
    keeping.keep(post, "Thread", cast.actor("author"), own=False)
    db.commit()
    row = one()
    html = house.body(cast.author.get(path(row, "/edit")))
    assert "Second</textarea>" in html
    assert "First comment words</textarea>" in html
    assert change(cast.author, row, **{"part-1": "Second, better", "part-comment": ""}).status_code == 303
    assert one().content["parts"] == [{"kind": "thread", "text": "Second, better"}]


def test_pictures_of_parts_go_and_move_up_with_them(cast, post):
    post.parts = [{"kind": "thread", "text": text} for text in ("Second", "Third", "Fourth")]
    same = next(iter(post.media)).asset
    for part in ("part-2", "part-3"):
        make.picture(post, same, f"On {part}", part=part)
    keeping.keep(post, "Thread", cast.actor("author"), own=False)
    db.commit()
    row = one()
    html = house.body(cast.author.get(path(row, "/edit")))
    assert html.count("Take the picture out") == 3
    assert "<bdi>Part 3</bdi>" in html
    asset = row.content["pictures"][0]["asset"]
    typed = {"part-1": "", "part-2": "", f"out-{asset}-part-3": "y", f"alt-{asset}-part-2": "Told anew"}
    assert change(cast.author, row, **typed).status_code == 303
    assert [part["text"] for part in one().content["parts"]] == ["", "Fourth"]
    assert [(each["part"], each["alt"]) for each in one().content["pictures"]][1:] == [("part-1", "Told anew")]


def test_a_picture_that_is_not_seen_stays(cast, post):
    """Of a region that this person does not see, in a template of their own from when they worked above."""
    asset = make.asset(cast, "blue")
    make.picture(post, asset, "Of Dubai")
    row = keeping.keep(post, "Both", cast.actor("author"), own=True)
    row.region_id, asset.region_id = house.key(cast.headquarters), house.key(cast.dubai)
    db.commit()
    row = one()
    html = house.body(cast.author.get(path(row, "/edit")))
    assert "Of Dubai" not in html
    assert "A can" in html
    assert change(cast.author, row, text="Other words").status_code == 303
    assert [each["alt"] for each in one().content["pictures"]] == ["A can", "Of Dubai"]


def test_a_label_put_away_is_there_again_when_it_comes_back(cast, row):
    label = db.session.scalars(sa.select(Label).where(Label.name == "Learning")).one()
    label.removed_at = times.now()
    db.commit()
    assert "Learning" not in house.body(cast.author.get(path(row, "/edit")))
    assert change(cast.author, row, labels=[], text="Other").status_code == 303
    assert one().content["labels"] == [str(label.id)]


def test_it_says_what_a_post_says_and_keeps_its_name(cast, post, row):
    other = make.post(cast, [], "Another post")
    db.commit()
    assert replace(cast.author, other, row).status_code == 303
    now = one()
    assert (now.name, now.text, now.version, now.content["forms"]) == ("Friday", "Another post", 2, [])
    assert kinds(now) == ["template.kept", "template.replaced"]
    assert replace(cast.author, other, now).status_code == 303
    assert (one().version, kinds(now)) == (2, ["template.kept", "template.replaced"]), "nothing changed"


def test_what_was_typed_is_saved_on_the_way_to_replacing(cast, post, row):
    answer = cast.author.post(f"/posts/{house.key(post)}/template/choice", composer(post, text="Typed a moment ago"))
    assert answer.status_code == 303
    html = house.body(cast.author.get(answer.location))
    assert "Friday" in html
    key = re.search(r'name="template" value="([^"]+)"', html)[1]
    answer = cast.author.post(f"/posts/{house.key(post)}/template/replacement", {"template": key})
    assert answer.status_code == 303
    assert one().text == "Typed a moment ago"


def test_a_post_saved_elsewhere_is_a_conflict_on_the_way(cast, post, row):
    answer = cast.author.post(f"/posts/{house.key(post)}/template/choice", composer(post, version="9"))
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "picked",
    ["", "x", "00000000-0000-0000-0000-000000000000", "٣" * 36 + ".1", "{key}.", "{key}.x", "{key}.0000000001"],
)
def test_one_has_to_be_chosen(cast, post, row, picked):
    data = {"template": picked.format(key=row.id)}
    answer = cast.author.post(f"/posts/{house.key(post)}/template/replacement", data)
    assert answer.status_code == 422
    assert 'id="template-error"' in answer.get_data(as_text=True)
    assert one().version == 1


def test_one_that_was_changed_since_has_to_be_chosen_again(cast, post, row):
    change(cast.planner, row, text="Saved by the planner")
    answer = replace(cast.author, post, row, version=1)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "This template was changed in the meantime." in html
    assert "checked" not in html.split('name="template"')[1].split(">")[0]
    assert one().text == "Saved by the planner"


def test_only_who_may_manage_it_changes_it(cast, post, row):
    for name, status in (("approver", 403), ("teammate", 404), ("dubai_author", 404), ("stranger", 404)):
        browser = getattr(cast, name)
        assert browser.get(path(row, "/edit")).status_code == status, name
        assert change(browser, row, text="Theirs").status_code == status, name
    assert replace(cast.approver, post, row).status_code == 403
    assert replace(cast.stranger, post, row).status_code == 404
    assert "Change what it says" not in house.body(cast.approver.get(path(row)))
    assert "Change what it says" in house.body(cast.author.get(path(row)))
    assert one().version == 1


def test_somebody_elses_own_is_neither_offered_nor_replaced(cast, post, row):
    mine = keeping.keep(db.session.get_one(Post, house.key(post)), "Mine", cast.actor("author"), own=True)
    db.commit()
    choice = f"/posts/{house.key(post)}/template"
    assert "Mine" in house.body(cast.author.get(choice))
    html = house.body(cast.planner.get(choice))
    assert "Friday" in html
    assert "Mine" not in html
    assert replace(cast.planner, post, mine).status_code == 404
    assert cast.planner.get(path(mine, "/edit")).status_code == 404


def test_one_from_above_is_not_offered_to_who_only_begins_with_it(cast, post):
    post = db.session.get_one(Post, house.key(post))
    post.region_id, post.region = house.key(cast.headquarters), cast.headquarters
    keeping.keep(post, "From above", cast.actor("planner"), own=False)
    draft = make.post(cast, [], "Of Warsaw")
    db.commit()
    row = one()
    html = house.body(cast.author.get(f"/posts/{house.key(draft)}/template"))
    assert "From above" not in html
    assert "There is none that you may change." in html
    assert replace(cast.author, draft, row).status_code == 403
    assert cast.author.get(path(row, "/edit")).status_code == 403


def test_one_that_is_gone_is_gone(cast, post, row):
    cast.author.post(path(row, "/removal"))
    assert cast.author.get(path(row, "/edit")).status_code == 404
    assert replace(cast.author, post, row).status_code == 404


def test_those_to_replace_are_two_statements_more_than_none_however_many(cast, post):
    asked = []
    for many in (1, 12):
        for n in range(many):
            keeping.keep(post, f"Of {many} number {n}", cast.actor("author"), own=False)
        db.commit()
        cast.author.get(f"/posts/{house.key(post)}/template")
        with house.counted() as made:
            html = house.body(cast.author.get(f"/posts/{house.key(post)}/template"))
        assert html.count('name="template"') >= many
        asked.append(len(made))
    assert asked[0] == asked[1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Template)) == 13
