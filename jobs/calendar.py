"""The calendar: plans that a new zone database put in doubt."""

from webapp.calendar.plans import looking

from . import job


@job
def look_at_plans() -> int:
    """Compare hours and moments of what is planned; answers about how many posts was asked."""
    return looking.look()
