"""The rule: a link keeps what it has, gets its utm parameters, and stands once in the text."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from webapp.errors import Invalid
from webapp.i18n import _
from webapp.outbound import safe_link

from .. import links
from ..checks.links import UTM
from ..models import Post

LONGEST = 2_000


def tagged(url: str, given: dict[str, str]) -> str:
    """The link with these parameters in place of what it had of them; empty ones are left out. Raises Invalid."""
    if not safe_link(url) or len(url) > LONGEST or any(each.isspace() for each in url):
        raise Invalid(fields={"url": _("Write a whole link, such as https://example.org/page.")})
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not given.get(name)]
    query = urlencode([*kept, *((name, given[name]) for name in UTM if given.get(name))])
    return urlunsplit(parts._replace(query=query))


def placed(text: str, url: str, link: str) -> str:
    """The text with the link where the plain one stood, else on a line of its own at the end."""
    if url in links.urls([text]):
        return text.replace(url, link, 1)
    return f"{text.rstrip()}\n{link}" if text.strip() else link


def suggested(post: Post) -> dict[str, str]:
    """What a form begins with: the first link that is not counted yet, and the name of the campaign."""
    plain = (url for url in links.urls([post.text]) if "utm_" not in url)
    campaign = "-".join(post.campaign.name.casefold().split()) if post.campaign else ""
    return {"url": next(plain, ""), "utm_source": "", "utm_medium": "social", "utm_campaign": campaign}
