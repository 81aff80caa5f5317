"""What a rule guessed and a person corrects: spam or not, a question or not. A person's word stays."""

from webapp import db, events
from webapp.events import Actor
from webapp.inbox.models import Conversation

from .finishing import changed


def mark_spam(conversation: Conversation, is_spam: bool, by: Actor) -> None:
    """It is spam, or it is not, whatever the rules say from now on."""
    db.lock(conversation)
    if conversation.is_spam == is_spam and conversation.spam_by == "person":
        return
    conversation.is_spam, conversation.spam_by = is_spam, "person"
    changed(conversation)
    events.record("conversation.judged", conversation, by=by, spam=is_spam)


def mark_question(conversation: Conversation, is_question: bool, by: Actor) -> None:
    """It asks something, or it does not."""
    db.lock(conversation)
    if conversation.is_question == is_question:
        return
    conversation.is_question = is_question
    conversation.version += 1
    events.record("conversation.judged", conversation, by=by, question=is_question)
