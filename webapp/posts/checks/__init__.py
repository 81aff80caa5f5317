"""What is looked at before a post may go out. The composer, the card and the submission all ask the same functions.

A check that passes is listed too ("9 other checks pass"). `block` cannot be approved or sent for approval, `warn` can.
One file a rule or a small family of rules; `running.py` has the lists.
"""

from .running import ADVICE, CHECKS, blocks, of_revision, of_working, run
from .shape import Check, Level, Look, Report, Subject
from .slot import NEAR, time_problem

__all__ = [
    "ADVICE",
    "CHECKS",
    "NEAR",
    "Check",
    "Level",
    "Look",
    "Report",
    "Subject",
    "blocks",
    "of_revision",
    "of_working",
    "run",
    "time_problem",
]
