"""Words that a region's posts are looked through for, per language, inherited down the tree of regions.

`found` is what others call: the checks of a post, and conditions of a workflow ("it has a new claim").
"""

import uuid
from functools import cache, lru_cache

import sqlalchemy as sa

from webapp.db import session
from webapp.i18n import N_
from webapp.people.models import Region

from .builtin import DISCLOSURES, SPONSORS
from .matching import matches
from .models import WordList

BANNED, RISK, CLAIM, DISCLOSURE, PARTNER, SITE = "banned", "risk", "claim", "disclosure", "partner", "site"
SPONSOR = "sponsor"
"""What gives advertising away; only the usual words, there is no list of one's own."""
KINDS: dict[str, tuple[str, str]] = {
    BANNED: (N_("Banned words"), N_("A post with one of these cannot go out.")),
    RISK: (N_("Risky words"), N_("A post with one of these gets a warning.")),
    CLAIM: (N_("Claims"), N_("What must be proved. The post is asked for its evidence.")),
    DISCLOSURE: (N_("Words that mark advertising"), N_("A paid post needs one of these, or one of the usual ones.")),
    PARTNER: (N_("Partners"), N_("Names and handles. Who names one is asked to mark the post as advertising.")),
    SITE: (N_("Own sites"), N_("Domains such as shop.example. Links to them need UTM parameters.")),
}
"""Each kind with its name and what it does, marked."""

Lists = dict[tuple[str, str], tuple[str, ...]]
"""(kind, language) -> words; language "" counts for every language."""

__all__ = ["KINDS", "Lists", "found", "of_region", "ways", "words"]


def found(text: str, language: str, region: Region, kind: str) -> list[str]:
    """The words of a text that are on a region's lists of a kind (its own and those above it), as they stand there."""
    return matches(words(language, region, kind), text)


def words(language: str, region: Region, kind: str) -> tuple[str, ...]:
    """All words of a kind that count in a region for a language, the usual ones among them."""
    lists = of_region(region)
    spoken = language.partition("-")[0]
    usual = {DISCLOSURE: DISCLOSURES, SPONSOR: SPONSORS}.get(kind, {})
    return tuple(dict.fromkeys((*lists.get((kind, ""), ()), *lists.get((kind, spoken), ()), *usual.get(spoken, ()))))


def of_region(region: Region) -> Lists:
    """The lists that count in a region: kept in this process until one of them changes (`Region.words`)."""
    return _merged(region.path, region.words) if region.words else {}


@lru_cache(maxsize=512)
def _merged(path: str, _stamp: str) -> Lists:
    merged: Lists = {}
    for kind, language, listed in session.execute(_of(), {"regions": _ids(path)}):
        merged[kind, language] = (*merged.get((kind, language), ()), *listed)
    return merged


def ways(region: Region) -> list[uuid.UUID]:
    """The region and all above it."""
    return _ids(region.path)


def _ids(path: str) -> list[uuid.UUID]:
    return [uuid.UUID(part) for part in path.strip("/").split("/")]


@cache
def _of() -> sa.Select[str, str, list[str]]:
    regions: sa.BindParameter[uuid.UUID] = sa.bindparam("regions", expanding=True)
    return sa.select(WordList.kind, WordList.language, WordList.words).where(WordList.region_id.in_(regions))
