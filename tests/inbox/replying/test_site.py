"""What we answer under a Site feed is a page of ours, public while it stands."""

from tests.inbox import make
from tests.inbox.replying import house
from webapp import db
from webapp.channels import connect
from webapp.db import session
from webapp.networks import network
from webapp.people.models import Region


def talk_on_a_feed(cast):
    by, region = cast.actor("author"), session.get_one(Region, cast.warsaw.id)
    channel = connect.connect("site", network("site").connect({"name": "Warsaw feed"}), region, by.id, by)
    made = make.conversation(cast, channel, make.author(cast, network="site"), text="Where is it?")
    db.commit()
    return made.id, channel.slug


class Talk:
    def __init__(self, id_):
        self.id = id_


def test_it_is_public_once_it_left_and_gone_when_it_is_deleted(cast, clock):
    conversation_id, slug = talk_on_a_feed(cast)
    talk = Talk(conversation_id)
    house.answer(cast, talk, "In our shop <b>now</b>, https://sok.example/a")
    (reply,) = house.all_of(talk)
    path = f"/feeds/{slug}/answers/{reply.id}"
    stranger = cast.signed_out()
    assert stranger.get(path).status_code == 404
    house.send(clock)
    (reply,) = house.all_of(talk)
    assert (reply.state, reply.url) == ("sent", f"https://nod.test{path}")
    page = stranger.get(path)
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "&lt;b&gt;now&lt;/b&gt;" in html
    assert "Where is it?" not in html
    assert stranger.get(f"/feeds/other/answers/{reply.id}").status_code == 404
    assert stranger.get(f"/feeds/{slug}/answers/nonsense").status_code == 404
    (message,) = house.said(talk)
    assert cast.author.post(f"/inbox/messages/{message.id}/acts", {"kind": "delete"}).status_code == 303
    house.send(clock)
    assert stranger.get(path).status_code == 404
