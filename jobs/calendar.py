"""The calendar: plans that a new zone database put in doubt, and posts that repeat."""

from webapp.calendar.plans import looking
from webapp.calendar.series import making

from . import job


@job
def look_at_plans() -> int:
    """Compare hours and moments of what is planned; answers about how many posts was asked."""
    return looking.look()


@job
def make_repeating() -> int:
    """Make the posts of series that are due within the weeks ahead; answers how many."""
    return making.due()
