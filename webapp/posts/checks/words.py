"""Words that a company watches: banned, risky, claims that need proof, and advertising that must say so."""

from webapp.channels.models import Channel
from webapp.i18n import _
from webapp.people.permissions import Actor

from .. import wordlists
from .shape import Check, Level, Subject, passed


def _on_list(subject: Subject, kind: str) -> dict[str, Channel]:
    """Listed words with the first channel whose text has each."""
    found: dict[str, Channel] = {}
    for channel, text in subject.words:
        for word in wordlists.found(text, subject.content["language"], subject.post.region, kind):
            found.setdefault(word, channel)
    return found


def banned(subject: Subject, _by: Actor | None) -> list[Check]:
    """No word that is banned there."""
    found = _on_list(subject, wordlists.BANNED)
    if not found:
        return passed(subject, "banned", _("No banned words"))
    title = _("Banned in %(region)s: %(words)s", region=subject.post.region.name, words=_quoted(found))
    field = subject.field_of(next(iter(found.values())))
    return [Check("banned", Level.BLOCK, title, _("Take it out, or say it in other words."), field, _("Go to it"))]


def risky(subject: Subject, _by: Actor | None) -> list[Check]:
    """Words that call for a second look."""
    found = _on_list(subject, wordlists.RISK)
    if not found:
        return passed(subject, "risk", _("No risky words"))
    title, field = _("Risky: %(words)s", words=_quoted(found)), subject.field_of(next(iter(found.values())))
    return [Check("risk", Level.WARN, title, _("See whether it can be misread."), field, _("Go to it"))]


def claims(subject: Subject, _by: Actor | None) -> list[Check]:
    """Claims that must be proved."""
    found = _on_list(subject, wordlists.CLAIM)
    if not found:
        return passed(subject, "claim", _("No claims that need proof"))
    title, url = _("Needs its evidence: %(words)s", words=_quoted(found)), f"/posts/{subject.post.id}#comments"
    detail = _("Say in a comment where the proof is.")
    return [Check("claim", Level.WARN, title, detail, "text", _("Comment"), url)]


def _quoted(found: dict[str, Channel]) -> str:
    return ", ".join(_("“%(word)s”", word=word) for word in list(found)[:5])


def disclosure(subject: Subject, _by: Actor | None) -> list[Check]:
    """What is paid for says so, in every text."""
    language, region = subject.content["language"], subject.post.region
    bare = [(c, why) for c, text in subject.texts if (why := _undisclosed(subject, text))]
    if not bare:
        usual = wordlists.words(language, region, wordlists.DISCLOSURE)
        return [Check("disclosure", Level.OK, _("Advertising is marked"))] if subject.post.paid and usual else []
    channel, why = bare[0]
    example = next(iter(wordlists.words(language, region, wordlists.DISCLOSURE)), "")
    detail = _("%(why)s Add a word such as “%(example)s”.", why=why, example=example) if example else why
    return [
        Check(
            "disclosure", Level.WARN, _("Advertising is not marked"), detail, subject.field_of(channel), _("Go to it")
        )
    ]


def _undisclosed(subject: Subject, text: str) -> str:
    """Why a text should be marked as advertising and is not; "" when all is well."""
    language, region = subject.content["language"], subject.post.region
    hints = [] if subject.post.paid else _hints(text, language, subject)
    if not (subject.post.paid or hints) or wordlists.found(text, language, region, wordlists.DISCLOSURE):
        return ""
    return _("The post is paid.") if subject.post.paid else _("It says “%(words)s”.", words=hints[0])


def _hints(text: str, language: str, subject: Subject) -> list[str]:
    region = subject.post.region
    sponsors = wordlists.found(text, language, region, wordlists.SPONSOR)
    return sponsors or wordlists.found(text, language, region, wordlists.PARTNER)
