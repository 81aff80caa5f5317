"""Hints: servers that tell us themselves that something is new. They only make the poller look sooner."""
