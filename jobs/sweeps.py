"""Which sweeps come round, and how often. Each is a job without arguments that may run twice.

Names and seconds, read by the clock. What follows the relay's telling is rung for at once, and comes round as well in
case that ring was lost.
"""

PERIODIC: dict[str, float] = {
    "stage_ahead": 10,
    "expire_due": 15,
    "remind_due": 15,
    "push_due": 15,
    "life_due": 20,
    "guests_due": 20,
    "recount_due": 10,
    "clear_asks": 10,
    "recount_all": 3600,
    "look_at_links": 10,
    "check_channels": 300,
    "fetch_inbox": 5,
    "listen_due": 60,
    "warn_late": 30,
    "deadlines_due": 10,
    "look_at_mentions": 10,
    "forget_pictures": 21_600,
    "look_at_plans": 21600,
    "make_repeating": 900,
    "forget_old": 3600,
}
AFTER_RELAY: tuple[str, ...] = ("push_due",)
