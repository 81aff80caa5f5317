"""Links in the text: alive, leading where they say, marked for counting. What a job saw is read; nothing is fetched."""

from urllib.parse import parse_qsl, urlsplit

from webapp import times
from webapp.channels.models import Channel
from webapp.i18n import _
from webapp.people.permissions import Actor

from .. import links, wordlists
from .shape import Check, Level, Subject

UTM = ("utm_source", "utm_medium", "utm_campaign")


def alive(subject: Subject, _by: Actor | None) -> list[Check]:
    """What was seen of each link when it was last looked at."""
    places = _places(subject)
    if not places:
        return []
    seen = links.known(subject.post.organization_id, places)
    found = [check for url, channel in places.items() for check in _one(url, seen.get(url), subject.field_of(channel))]
    return found or [Check("link", Level.OK, _("Every link works"))]


def _places(subject: Subject) -> dict[str, Channel]:
    """Each link with the first channel that has it."""
    found: dict[str, Channel] = {}
    for channel, text in subject.words:
        for url in links.urls([text]):
            found.setdefault(url, channel)
    return dict(list(found.items())[: links.MOST])


def _one(url: str, seen: links.Link | None, field: str) -> list[Check]:
    short, label = _short(url), _("Go to it")
    if seen is None or seen.looked_at is None:
        if seen is not None and seen.state == "skipped":
            return []
        return [
            Check(
                "link-new",
                Level.INFO,
                _("%(link)s was not looked at yet", link=short),
                _("It is, soon after the post is saved."),
                field,
            )
        ]
    age = _("Looked at %(ago)s.", ago=times.distance(seen.looked_at))
    if seen.state == "gone":
        title = _("%(link)s returns %(status)s", link=short, status=str(seen.status))
        return [Check("link", Level.WARN, title, _("The page is not there. %(age)s", age=age), field, label)]
    if seen.state == "silent":
        detail = _("It may be down, or refuse to be looked at. %(age)s", age=age)
        return [Check("link", Level.WARN, _("%(link)s does not answer well", link=short), detail, field, label)]
    if seen.state == "refused":
        detail = _("It is not https, not public, or leads around in circles. %(age)s", age=age)
        return [Check("link", Level.WARN, _("%(link)s cannot be looked at", link=short), detail, field, label)]
    if seen.state == "moved":
        title = _("%(link)s leads on to %(place)s", link=short, place=_short(seen.final))
        return [Check("link-moved", Level.INFO, title, _("Better link there at once. %(age)s", age=age), field, label)]
    return []


def _short(url: str) -> str:
    """Host and the beginning of the path."""
    parts = urlsplit(url)
    words = (parts.hostname or "") + parts.path.rstrip("/")
    return words if len(words) <= 40 else words[:39] + "…"


def utm(subject: Subject, _by: Actor | None) -> list[Check]:
    """Links to our own sites carry the parameters that campaigns are counted by."""
    sites = wordlists.words(subject.content["language"], subject.post.region, wordlists.SITE)
    ours = {url: channel for url, channel in _places(subject).items() if sites and own(url, sites)}
    found = []
    for url, channel in ours.items():
        given = {name.lower() for name, value in parse_qsl(urlsplit(url).query) if value}
        missing = ", ".join(name for name in UTM if name not in given)
        if missing:
            title, field = _("%(link)s will not be counted", link=_short(url)), subject.field_of(channel)
            found.append(Check("utm", Level.INFO, title, _("Add %(names)s.", names=missing), field, _("Go to it")))
    return found or ([Check("utm", Level.OK, _("Links to your sites are counted"))] if ours else [])


def own(url: str, sites: tuple[str, ...]) -> bool:
    """Whether a link leads to one of these domains or below one."""
    host = (urlsplit(url).hostname or "").lower()
    return any(host == site.lower() or host.endswith("." + site.lower()) for site in sites)
