"""Messages as a network would bring them, and the inbox as the tests compare it."""

from datetime import timedelta

import sqlalchemy as sa

from tests.publishing.house import channel
from webapp import db, times
from webapp.db import session
from webapp.inbox.fetching.storing import store
from webapp.inbox.models import Author, Conversation, Message
from webapp.networks.base import Item, Who

__all__ = ["ANN", "BOB", "US", "channel", "conversations", "item", "kept", "seen"]

ANN = Who("https://there.test/@ann", "@ann@there.test", "Ann")
BOB = Who("https://there.test/@bob", "@bob@there.test", "Bob")
US = Who("https://here.test/@us", "@us@here.test", "Pomela")
START = times._real_now().replace(microsecond=0) - timedelta(hours=2)


def item(remote_id, parent="post", *, text="", minute=0, **more):
    """A comment under our post unless it is said otherwise; what is `out` is by us."""
    ours = more.pop("ours", parent == "post" or bool(more.get("root_id") == "post"))
    author = more.pop("author", US if more.get("side") == "out" else ANN)
    return Item(
        remote_id,
        author,
        text or f"Text of {remote_id}",
        more.pop("at", START + timedelta(minutes=minute)),
        root_id=more.pop("root_id", "post" if ours else ""),
        parent_id=parent,
        ours=ours,
        **more,
    )


def kept(channel_, *items, by="poll"):
    """Store and commit; answers what was new and what changed."""
    stored = store(channel_, items, by)
    db.commit()
    session.expire_all()
    return stored


def conversations(channel_):
    """Those that are not merged away, by their keys."""
    query = sa.select(Conversation).where(Conversation.channel_id == channel_.id, Conversation.state != "merged")
    return {each.root_remote_id: each for each in session.scalars(query).unique()}


def seen(channel_):
    """Everything that a person could see of a channel's inbox."""
    found = {}
    for key, each in conversations(channel_).items():
        messages = session.execute(
            sa.select(
                Message.remote_id,
                Message.parent_remote_id,
                Message.side,
                Message.text,
                Message.words,
                Message.language,
                Message.edited_at,
                Message.deleted_at.is_not(None),
                Author.remote_id,
            )
            .join(Author, Author.id == Message.author_id)
            .where(Message.conversation_id == each.id)
            .order_by(Message.remote_id)
        ).all()
        counted = (each.kind, each.state, each.unanswered, each.last_at, each.last_text, each.language, each.url)
        judged = (each.is_question, each.is_spam, each.spam_by, each.due_at, each.sort_at, each.post_id)
        found[key] = (*counted, *judged, each.author and each.author.remote_id, [tuple(m) for m in messages])
    return found
