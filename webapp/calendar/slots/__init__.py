"""Good times of channels: a weekday and a wall time, kept through every clock change; and which of them are free."""
