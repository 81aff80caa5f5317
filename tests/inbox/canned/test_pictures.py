"""A picture of a canned reply: seen before sending, left out with one tap, gone out once, kept with every version."""

import io
import re
import uuid
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from tests.inbox import make
from tests.inbox.approval.house import guard
from tests.inbox.replying import house
from tests.inbox.replying.sink import Shower, Talker, error
from tests.posts import make as posts
from tests.publishing import house as channels
from webapp import db, networks, times
from webapp.assets import store
from webapp.assets.models import Asset
from webapp.db import session
from webapp.inbox.approval.models import ReplyApproval
from webapp.inbox.canned.models import CannedReply, CannedVersion, Macro
from webapp.inbox.replying.models import Reply, ReplyDraft
from webapp.networks.base import Remedy
from webapp.people.models import Region

ALT = "The size chart"


@pytest.fixture
def there(monkeypatch):
    """A network that takes pictures in answers."""
    made = Shower()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def talk(cast, there, clock):
    channel = channels.channel(cast)
    made = make.conversation(cast, channel, make.author(cast, network="sink"))
    db.commit()
    return SimpleNamespace(id=made.id, channel_id=channel.id)


@pytest.fixture
def canned(cast, talk):
    """One with a picture, and that picture."""
    asset = posts.asset(cast)
    return one(cast, asset)


def one(cast, *assets, code="sizes"):
    pictures = [{"asset": str(asset.id), "alt": ALT} for asset in assets]
    here = {"organization_id": cast.organization.id, "region_id": cast.warsaw.id}
    row = CannedReply(**here, id=db.new_id(), code=code, title="Sizes", texts={"en": "See here"}, pictures=pictures)
    session.add(row)
    db.commit()
    return SimpleNamespace(id=str(row.id), pictures=[str(asset.id) for asset in assets])


def page(cast, talk, who="author", path=""):
    return cast.browsers[who].get(f"/inbox/{talk.id}{path}").get_data(as_text=True)


def offered(html):
    """Pictures beside the field: id -> whether it goes out."""
    found = re.findall(r'name="picture" value="([^"]+)"( checked)?', html)
    return {key: bool(on) for key, on in found}


def send(cast, talk, canned, keep=True, **more):
    kept = canned.pictures if keep else []
    data = {"canned": canned.id, "offered": canned.pictures, "picture": kept, **more}
    return house.answer(cast, talk, "See here", **data)


def digest(key):
    session.remove()
    return session.get_one(Asset, uuid.UUID(key)).rendition("full").sha256


def row():
    session.remove()
    return session.scalars(sa.select(CannedReply)).unique().one()


def edit(cast, who="author", path="/canned", **more):
    session.remove()
    region = session.scalar(sa.select(Region.id).where(Region.name == "Warsaw"))
    data = {"title": "Sizes", "code": "sizes", "folder": "", "region": str(region), "text_en": "See here"}
    return cast.browsers[who].post(path, {**data, **more}, content_type="multipart/form-data")


def upload(name="chart.png"):
    return (io.BytesIO(posts.png()), name)


# In the editor.


def test_a_picture_is_uploaded_with_its_description_and_is_a_part_of_the_version(cast):
    assert edit(cast, file=upload(), alt=ALT).status_code == 303
    (picture,) = row().pictures
    assert picture["alt"] == ALT
    (version,) = session.scalars(sa.select(CannedVersion)).all()
    assert version.pictures == [picture]
    html = cast.author.get(f"/canned/{row().id}").get_data(as_text=True)
    assert ALT in html
    assert html.count("/media/") >= 2  # In the form, and with its version.


def test_one_of_the_library_is_chosen_another_description_is_another_version_and_it_is_taken_out(cast):
    asset = str(posts.asset(cast).id)
    db.commit()
    assert edit(cast, of_library=asset, alt=ALT).status_code == 303
    path, key = f"/canned/{row().id}", asset.replace("-", "")
    assert edit(cast, path=path, **{f"alt_{key}": ALT}).status_code == 303
    assert row().version == 1
    assert edit(cast, path=path, **{f"alt_{key}": "Another"}).status_code == 303
    assert (row().version, row().pictures) == (2, [{"asset": asset, "alt": "Another"}])
    assert edit(cast, path=path, **{f"alt_{key}": "Another", f"drop_{key}": "y"}).status_code == 303
    assert (row().version, row().pictures) == (3, [])
    kept = session.scalars(sa.select(CannedVersion.pictures).order_by(CannedVersion.version)).all()
    assert [len(each) for each in kept] == [1, 1, 0]


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_picture_without_a_description_is_refused_and_what_was_typed_stays(cast, alt):
    answer = edit(cast, file=upload(), alt=alt)
    assert answer.status_code == 422
    assert "Say what the picture shows." in answer.get_data(as_text=True)
    assert "See here" in answer.get_data(as_text=True)
    session.remove()
    assert session.scalar(sa.select(sa.func.count()).select_from(Asset)) == 0


def test_what_is_no_picture_is_refused_beside_its_field(cast):
    answer = edit(cast, file=(io.BytesIO(b"no picture"), "a.png"), alt=ALT)
    assert answer.status_code == 422
    assert "This is not a picture Nod can use" in answer.get_data(as_text=True)


def test_at_most_four_and_none_that_one_does_not_see(cast):
    mine = [posts.asset(cast) for _n in range(5)]
    theirs = store.take(posts.png(), "x.png", region=cast.dubai, by=cast.actor("dubai_author"))
    db.commit()
    fields = {f"alt_{asset.id.hex}": ALT for asset in mine}
    assert "At most 4 pictures." in edit(cast, **fields).get_data(as_text=True)
    answer = edit(cast, **{f"alt_{theirs.id.hex}": ALT})
    assert answer.status_code == 422
    assert "This picture is not there any more." in answer.get_data(as_text=True)
    assert edit(cast, of_library=str(theirs.id), alt=ALT).status_code == 422
    assert edit(cast, **{f"alt_{db.new_id().hex}": ALT}).status_code == 422


def test_whoever_may_not_change_it_leaves_no_file_behind(cast, canned):
    before = session.scalar(sa.select(sa.func.count()).select_from(Asset))
    for who, status in (("analyst", 403), ("teammate", 404), ("stranger", 404)):
        assert edit(cast, who, f"/canned/{canned.id}", file=upload(), alt=ALT).status_code == status
    session.remove()
    assert session.scalar(sa.select(sa.func.count()).select_from(Asset)) == before


def test_a_change_of_pictures_waits_for_a_yes_like_every_other(cast, canned):
    cast.administrator.post("/canned/guards", {"everywhere": "y"})
    key = canned.pictures[0].replace("-", "")
    path = f"/canned/{canned.id}"
    session.execute(sa.update(CannedReply).values(version=1))
    db.commit()
    assert edit(cast, path=path, **{f"alt_{key}": "Otherwise"}).status_code == 303
    assert row().pictures[0]["alt"] == ALT
    html = cast.approver.get("/canned/changes").get_data(as_text=True)
    assert "Pictures" in html
    assert "Otherwise" in html
    change = re.search(r"/canned/changes/([0-9a-f-]+)/approval", html)[1]
    assert cast.approver.post(f"/canned/changes/{change}/approval").status_code == 303
    assert row().pictures == [{"asset": canned.pictures[0], "alt": "Otherwise"}]


def test_the_table_has_no_pictures_and_takes_none_away(cast, canned):
    session.execute(sa.update(CannedReply).values(version=1))
    db.commit()
    assert "Pictures are not in the table" in cast.author.get("/canned/import").get_data(as_text=True)
    table = cast.author.get("/canned.csv").get_data(as_text=True)
    assert canned.pictures[0] not in table
    changed = table.replace("See here", "Look here")
    assert cast.author.post("/canned/import", {"content": changed, "take": "1"}).status_code == 303
    assert row().texts == {"en": "Look here"}
    assert row().pictures == [{"asset": canned.pictures[0], "alt": ALT}]


# Beside the field.


@pytest.fixture
def used(canned):
    """In use, so that it is offered."""
    session.execute(sa.update(CannedReply).values(version=1))
    db.commit()
    return canned


def test_it_is_seen_in_the_picker_and_beside_the_field_once_it_is_put_in(cast, talk, used):
    html = page(cast, talk)
    assert f'alt="{ALT}"' in html
    assert offered(html) == {}
    cast.author.post(f"/inbox/{talk.id}/reply/insertion", {"choice": used.id, "text": "Hello"})
    for path in ("", "/reply"):
        html = page(cast, talk, path=path)
        assert offered(html) == {used.pictures[0]: True}
        assert f"Goes with it: {ALT}" in html


def test_the_row_is_asked_for_again_when_the_picker_closes(cast, talk, used):
    assert 'hx-trigger="close from:#canned"' in page(cast, talk)
    path = f"/inbox/{talk.id}/reply/pictures"
    came = cast.author.post(path, {"canned": used.id, "text": "x"}, htmx=True)
    assert came.status_code == 200
    assert offered(came.get_data(as_text=True)) == {used.pictures[0]: True}
    again = {"canned": used.id, "offered": used.pictures}
    assert offered(cast.author.post(path, again, htmx=True).get_data(as_text=True)) == {used.pictures[0]: False}
    assert cast.author.post(path, again).status_code == 303
    assert offered(cast.author.post(path, {"canned": "nonsense"}, htmx=True).get_data(as_text=True)) == {}
    for who, status in (("analyst", 403), ("teammate", 404), ("stranger", 404)):
        assert cast.browsers[who].post(path, {"canned": used.id}, htmx=True).status_code == status


def test_what_was_left_out_stays_out_in_the_draft(cast, talk, used):
    data = {"text": "See here", "canned": used.id, "offered": used.pictures}
    assert cast.author.post(f"/inbox/{talk.id}/reply/draft", data).status_code == 200
    assert session.scalars(sa.select(ReplyDraft.without)).one() == used.pictures
    assert offered(page(cast, talk)) == {used.pictures[0]: False}
    cast.author.post(f"/inbox/{talk.id}/reply/draft", {**data, "picture": used.pictures})
    assert offered(page(cast, talk)) == {used.pictures[0]: True}


def test_a_network_that_takes_none_says_so_and_gets_the_words(cast, talk, used, monkeypatch, clock):
    plain = Talker()
    monkeypatch.setitem(networks.NETWORKS, "sink", plain)
    html = page(cast, talk)
    assert "No pictures go out in replies there. Only the words are put in." in html
    assert "close from:#canned" not in html
    cast.author.post(f"/inbox/{talk.id}/reply/insertion", {"choice": used.id})
    assert offered(page(cast, talk)) == {}
    assert house.answer(cast, talk, "See here", canned=used.id).status_code == 303
    house.send(clock)
    assert list(plain.said.values()) == ["See here"]


def test_a_picture_that_nobody_saw_does_not_go_out(cast, talk, used, there, clock):
    answer = house.answer(cast, talk, "See here", canned=used.id)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "A picture goes with it. Look at it, then send." in html
    assert offered(html) == {used.pictures[0]: True}
    assert "See here</textarea>" in html
    assert house.send(clock) == 0


def test_a_picture_that_is_gone_meanwhile_is_said_and_nothing_leaves(cast, talk, used, there, clock):
    session.execute(sa.update(CannedReply).values(pictures=[]))
    db.commit()
    answer = send(cast, talk, used)
    assert answer.status_code == 422
    assert "A picture is not there any more." in answer.get_data(as_text=True)
    assert house.send(clock) == 0
    assert send(cast, talk, used, keep=False).status_code == 303


def test_one_whose_rights_have_ended_is_not_offered(cast, talk, used, clock):
    session.execute(sa.update(Asset).values(rights_until=times.today("Europe/Warsaw")))
    db.commit()
    cast.author.post(f"/inbox/{talk.id}/reply/insertion", {"choice": used.id})
    assert offered(page(cast, talk)) == {used.pictures[0]: True}
    clock.forward(days=1)
    assert offered(page(cast, talk)) == {}


# On its way.


def test_it_goes_out_with_the_answer_and_stands_in_the_conversation(cast, talk, used, there, clock):
    assert send(cast, talk, used).status_code == 303
    assert "/media/" in page(cast, talk)
    assert house.send(clock) == 1
    assert list(there.shown.values()) == [[(digest(used.pictures[0]), ALT)]]
    assert [name for name, _what in there.calls] == ["stage", "reply_with", "reply"]
    (message,) = house.said(talk)
    assert message.attachments[0]["alt"] == ALT
    html = page(cast, talk)
    assert f'src="{message.attachments[0]["url"]}"' in html
    assert house.states(talk) == ["sent"]


def test_left_out_means_words_alone(cast, talk, used, there, clock):
    assert send(cast, talk, used, keep=False).status_code == 303
    house.send(clock)
    assert there.shown == {}
    assert list(there.said.values()) == ["See here"]


def test_taken_back_it_is_beside_the_field_again_as_it_was(cast, talk, used):
    for keep in (True, False):
        assert send(cast, talk, used, keep=keep).status_code == 303
        reply = house.all_of(talk)[-1]
        assert cast.author.post(f"/inbox/replies/{reply.id}/undo").status_code == 303
        assert offered(page(cast, talk)) == {used.pictures[0]: keep}


@pytest.mark.parametrize("remedy", [Remedy.RETRY, Remedy.GIVE_UP])
def test_an_upload_that_fails_sends_nothing(cast, talk, used, there, clock, remedy):
    there.stages.append(error(remedy, "No."))
    send(cast, talk, used)
    house.send(clock)
    assert there.said == {}
    assert house.states(talk) == ["waiting" if remedy is Remedy.RETRY else "failed"]
    if remedy is Remedy.RETRY:
        house.send(clock, minutes=10)
        assert there.times == 1
        assert len(there.shown) == 1


def test_an_answer_that_was_lost_is_looked_up_and_never_doubled(cast, talk, used, there, clock):
    there.script.append("effect")
    send(cast, talk, used)
    house.send(clock)
    assert house.states(talk) == ["unknown"]
    house.send(clock, minutes=5)
    assert house.states(talk) == ["sent"]
    assert there.times == 1
    assert [name for name, _what in there.calls].count("stage") == 1


def test_an_answer_that_never_arrived_is_sent_again_with_the_same_pictures(cast, talk, used, there, clock):
    there.script.append(error(Remedy.UNKNOWN, "No clear answer."))
    send(cast, talk, used)
    house.send(clock)
    session.execute(sa.update(CannedReply).values(pictures=[]))
    db.commit()
    for _turn in range(3):
        house.send(clock, minutes=5)
    assert house.states(talk) == ["sent"]
    assert there.times == 1
    assert list(there.shown.values()) == [[(digest(used.pictures[0]), ALT)]]


def test_a_worker_that_dies_after_the_upload_or_after_the_send_doubles_nothing(cast, talk, used, there, clock):
    """As after kill -9: the attempt is open, the lease runs out, and the next worker looks before it sends."""

    class Killed(BaseException):
        pass

    for at in ("stages", "script"):
        there.times, there.said, there.shown = 0, {}, {}
        getattr(there, at).append(Killed())
        send(cast, talk, used, sure=house.mark(cast, talk))
        with pytest.raises(Killed):
            house.send(clock)
        db.rollback()
        for _turn in range(3):
            house.send(clock, minutes=10)
        assert house.states(talk)[-1] == "sent"
        assert there.times == 1
        assert len(there.shown) == 1


def test_a_file_that_changed_on_disk_never_leaves(cast, talk, used, there, clock):
    send(cast, talk, used)
    part = house.all_of(talk)[0].pictures[0]
    store.path_of(part["key"]).write_bytes(posts.png(colour="red"))
    house.send(clock)
    (reply,) = house.all_of(talk)
    assert (reply.state, reply.held_by) == ("held", "changed")
    assert there.said == {}
    assert "A picture is not what it was" in page(cast, talk)


def test_a_yes_is_for_the_words_and_the_pictures(cast, talk, used, there, clock):
    guard(cast, channels=[talk.channel_id])
    send(cast, talk, used)
    (reply,) = house.all_of(talk)
    card = cast.approver.get(f"/inbox/replies/{reply.id}/approval").get_data(as_text=True)
    assert f'alt="{ALT}"' in card
    seen = session.scalars(sa.select(ReplyApproval.text_hash)).one()
    before = list(reply.pictures)
    session.execute(sa.update(Reply).values(pictures=[{**before[0], "alt": "Slipped in"}]))
    db.commit()
    decision = f"/inbox/replies/{reply.id}/decisions"
    assert cast.approver.post(decision, {"verdict": "approve", "seen": seen}).status_code == 409
    session.execute(sa.update(Reply).values(pictures=before))
    db.commit()
    assert cast.approver.post(decision, {"verdict": "approve", "seen": seen}).status_code == 303
    session.execute(sa.update(Reply).values(pictures=[]))
    db.commit()
    house.send(clock)
    assert there.said == {}
    assert house.all_of(talk)[0].held_by == "approval"


def test_a_macro_sends_the_picture_of_its_canned_reply(cast, talk, used, there, clock):
    here = {"organization_id": cast.organization.id, "region_id": cast.warsaw.id}
    macro = Macro(**here, id=db.new_id(), name="Sizes", canned_id=row().id)
    session.add(macro)
    db.commit()
    data = {"macro": str(macro.id), "seen": house.mark(cast, talk)}
    assert cast.author.post(f"/inbox/{talk.id}/reply/macro", data).status_code == 303
    house.send(clock)
    assert list(there.shown.values()) == [[(digest(used.pictures[0]), ALT)]]


def test_several_canned_replies_bring_at_most_what_the_network_takes(cast, talk, there, clock):
    first, second = [posts.asset(cast) for _n in range(3)], [posts.asset(cast) for _n in range(3)]
    two = one(cast, *first, code="a"), one(cast, *second, *first[:1], code="b")
    session.execute(sa.update(CannedReply).values(version=1))
    db.commit()
    data = {"canned": f"{two[0].id} {two[1].id}"}
    came = cast.author.post(f"/inbox/{talk.id}/reply/pictures", data, htmx=True).get_data(as_text=True)
    assert list(offered(came)) == [*two[0].pictures, two[1].pictures[0]]


def test_a_picture_that_is_not_of_the_library_is_refused_beside_it(cast):
    html = edit(cast, of_library="nonsense", alt=ALT).get_data(as_text=True)
    assert 'id="of_library-error"' in html
    assert "Choose one from the list." in html
