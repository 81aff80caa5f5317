"""What people wrote under the demo's posts, and what became of it: questions, thanks, one late, one spam, an answer,
one more that waits for a yes.

They arrive by the same door as everything that is fetched. People are invented and live under `.example`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.fetching.storing import store
from webapp.inbox.models import Conversation, Message
from webapp.inbox.replying import replies, standing
from webapp.inbox.work import assigning, finishing, noting
from webapp.networks.base import Item, Who
from webapp.people.models import Person
from webapp.publishing.models import Delivery

from .timeline import House

Step = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True)
class Said:
    """`hours` before now; `under` names what it answers (empty: our newest post there); `by` a member who answers."""

    key: str
    office: str
    hours: float
    name: str
    text: str
    under: str = ""
    by: str = ""
    mention: bool = False


SAID = (
    Said("late", "warsaw", 84, "Hania Rybak", "Gdzie kupię Pomelę w Białymstoku? Pytam już drugi raz."),
    Said("taste", "warsaw", 30, "Igor Lis", "Czy ta wersja ma mniej cukru niż poprzednia?"),
    Said("taste.a", "warsaw", 29, "", "Tak, ma go o połowę mniej. Skład jest na puszce i na naszej stronie.", "taste",
         "warsaw.author"),
    Said("taste.b", "warsaw", 0.4, "Igor Lis", "Dzięki! A kiedy będzie w dużej butelce?", "taste.a"),
    Said("love", "warsaw", 2.5, "Ola Zawada", "Najlepszy smak jesieni, brawo!"),
    Said("party", "sao-paulo", 1.2, "Bia Fontes", "Vocês entregam em Belo Horizonte? Quero para a festa de sábado."),
    Said("thanks", "sao-paulo", 26, "Caio Lima", "Amei a receita, ficou ótima!"),
    Said("tokyo", "tokyo", 0.8, "みどり", "大阪のお店ではいつから買えますか？"),
    Said("praise", "tokyo", 5, "Sora", "さっぱりしていて好きです。"),
    Said("dubai", "dubai", 1.6, "سلمى", "هل هذا المشروب مناسب لمرضى السكري؟"),
    Said("press", "", 2.1, "Anke Vogt", "Arbeitet ihr an einer Version ohne Zucker? Ich schreibe darüber.",
         mention=True),
    Said("spam", "", 3, "Best Deals", "Earn $900 a day with crypto, click here https://win.example, DM @deals"),
    Said("plain", "", 0.2, "Noor", "The can will not open. What do I do now?"),
)  # fmt: skip


def steps(house: House, now: datetime) -> list[Step]:
    """Everything that was said, each at its moment, and what the team did with some of it."""
    found: list[Step] = [(now - timedelta(hours=said.hours), lambda said=said: _say(house, said, now)) for said in SAID]  # type: ignore[misc]
    found.append((now - timedelta(hours=25), lambda: _done(house)))
    found.append((now - timedelta(minutes=90), lambda: _taken(house)))
    found.append((now - timedelta(minutes=70), lambda: _answered(house)))
    return found


def _say(house: House, said: Said, now: datetime) -> None:
    channel = house.feed(said.office)
    post = _post(channel)
    parent = said.under or ("" if said.mention else post)
    us = Who(f"https://{channel.slug}.example", channel.name, channel.name)
    item = Item(
        said.key,
        us if said.by else _who(said),
        said.text,
        now - timedelta(hours=said.hours),
        root_id="" if said.mention else post,
        parent_id=parent,
        ours=not said.mention,
        kind="mention",
        side="out" if said.by else "in",
    )
    store(channel, [item])
    if said.by:
        mine = (Message.channel_id == channel.id, Message.remote_id == said.key)
        session.execute(sa.update(Message).where(*mine).values(by_id=house.actors[said.by].id))


def _who(said: Said) -> Who:
    word = "".join(c for c in said.name.casefold() if c.isascii() and c.isalpha()) or said.key
    return Who(f"https://people.example/{word}", f"@{word}@people.example", said.name)


def _post(channel: Channel) -> str:
    """The newest post of ours there at that moment, or a name for one of before."""
    out = (Delivery.channel_id == channel.id, Delivery.state == "published")
    query = sa.select(Delivery.remote_id).where(*out).order_by(Delivery.published_at.desc()).limit(1)
    return session.scalar(query) or f"before:{channel.id}"


def _find(house: House, office: str, key: str) -> Conversation:
    mine = (Conversation.channel_id == house.channels[office], Conversation.root_remote_id == key)
    return session.scalars(sa.select(Conversation).where(*mine)).unique().one()


def _done(house: House) -> None:
    """Thanks that need no answer."""
    finishing.finish(_find(house, "sao-paulo", "thanks"), house.author("sao-paulo"))


def _taken(house: House) -> None:
    """One is somebody's, with a word for the team."""
    conversation, by = _find(house, "dubai", "dubai"), house.author("dubai")
    assigning.put(conversation, session.get_one(Person, by.id), by)
    noting.note(conversation, "Ask Legal before we say anything about health.", by)


def _answered(house: House) -> None:
    """Replies of that office need a yes: this one waits for it."""
    conversation, by = _find(house, "dubai", "dubai"), house.author("dubai")
    text = "شكرًا لسؤالك! في العلبة نصف كمية السكر السابقة، والأفضل أن تسألي طبيبك أولًا."
    replies.reply(conversation, text, by=by, key="demo", seen=standing.of(conversation, by).mark)
