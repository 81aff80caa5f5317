"""Which weekday of a month, in words: each whole, since the gender of the day bends the others in many languages."""

from webapp.i18n import N_, _

LAST = -1
ON: dict[int, tuple[str, ...]] = {
    1: (
        N_("on the first Monday"),
        N_("on the first Tuesday"),
        N_("on the first Wednesday"),
        N_("on the first Thursday"),
        N_("on the first Friday"),
        N_("on the first Saturday"),
        N_("on the first Sunday"),
    ),
    2: (
        N_("on the second Monday"),
        N_("on the second Tuesday"),
        N_("on the second Wednesday"),
        N_("on the second Thursday"),
        N_("on the second Friday"),
        N_("on the second Saturday"),
        N_("on the second Sunday"),
    ),
    3: (
        N_("on the third Monday"),
        N_("on the third Tuesday"),
        N_("on the third Wednesday"),
        N_("on the third Thursday"),
        N_("on the third Friday"),
        N_("on the third Saturday"),
        N_("on the third Sunday"),
    ),
    4: (
        N_("on the fourth Monday"),
        N_("on the fourth Tuesday"),
        N_("on the fourth Wednesday"),
        N_("on the fourth Thursday"),
        N_("on the fourth Friday"),
        N_("on the fourth Saturday"),
        N_("on the fourth Sunday"),
    ),
    LAST: (
        N_("on the last Monday"),
        N_("on the last Tuesday"),
        N_("on the last Wednesday"),
        N_("on the last Thursday"),
        N_("on the last Friday"),
        N_("on the last Saturday"),
        N_("on the last Sunday"),
    ),
}
"""By place in the month, and weekday from Monday. A fifth one is offered as the last."""


def on(nth: int, weekday: int) -> str:
    """`on the first Thursday`: a weekday from 0 (Monday) and which one of the month, -1 for the last."""
    return _(ON[nth][weekday])
