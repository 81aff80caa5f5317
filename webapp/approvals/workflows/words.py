"""A workflow in words: where a post goes, for the composer and the card."""

from collections.abc import Iterable, Sequence

from webapp.approvals.quorum import ALL, ANY
from webapp.i18n import _
from webapp.people.permissions import Permission
from webapp.posts.models import Post

from . import choosing, conditions, stages
from .choosing import NAME
from .stages import Stage, Who

_APPROVERS = (Who("permission", Permission.APPROVE.value),)


def of(post: Post) -> str:
    """Where the working copy goes, in a sentence: "Goes to Brand, then Legal"."""
    workflow = choosing.foreseen(post).workflow
    steps = choosing.path(workflow, conditions.of_working(post))
    every = stages.of_workflow(workflow)
    return sentence([every[step["stage"]] for step in steps], post.region.name)


def sentence(path: Sequence[Stage], region: str) -> str:
    """Where a post of a region goes along a path."""
    only = path[0] if len(path) == 1 else None
    if only and only.name == NAME and only.who == _APPROVERS and only.needed == ANY:
        return _("Goes to one approver of %(region)s", region=region)
    if only and only.name == NAME and only.who == _APPROVERS and only.needed == ALL:
        return _("Goes to every approver of %(region)s", region=region)
    return _("Goes to %(stages)s", stages=in_order(path))


def in_order(path: Iterable[Stage]) -> str:
    """The names of stages: "Brand, then Legal and Local team"."""
    groups: dict[int, list[str]] = {}
    for stage in path:
        groups.setdefault(stage.group, []).append(name(stage))
    return _(", then ").join(_(" and ").join(names) for names in groups.values())


def name(stage: Stage) -> str:
    """The name of a stage as somebody typed it; that of the first workflow in the reader's language."""
    return _(stage.name) if stage.name == NAME else stage.name
