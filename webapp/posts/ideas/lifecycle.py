"""Where an idea stands: one enum, its words and shapes, and which way leads on."""

from enum import StrEnum

from webapp.i18n import N_

from ..lifecycle import Look


class Stage(StrEnum):
    """From a sentence to a draft."""

    NEW = "new"
    SHAPING = "shaping"
    READY = "ready"
    DRAFTED = "drafted"


STAGES: dict[Stage, Look] = {
    Stage.NEW: Look("s-draft", N_("New"), "draft"),
    Stage.SHAPING: Look("s-waiting", N_("In the works"), "review"),
    Stage.READY: Look("s-ok", N_("Ready to write"), "sched"),
    Stage.DRAFTED: Look("s-published", N_("Became a draft"), "live"),
}
MOVES = {
    Stage.NEW: (Stage.SHAPING, Stage.READY),
    Stage.SHAPING: (Stage.NEW, Stage.READY),
    Stage.READY: (Stage.NEW, Stage.SHAPING),
    Stage.DRAFTED: (),
}
"""To where a person moves it. Only a draft makes it `drafted`."""
