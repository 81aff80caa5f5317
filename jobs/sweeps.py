"""Which sweeps come round, and how often. Each is a job without arguments that may run twice.

Names and seconds, read by the clock; what follows the relay's telling is rung for at once.
"""

PERIODIC: dict[str, float] = {}
AFTER_RELAY: tuple[str, ...] = ()
