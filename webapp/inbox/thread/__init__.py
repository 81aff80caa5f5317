"""A conversation as it is read: what was said, by whom, what the team notes beside it, and who else is in it."""
