"""What the lead asks for: how long a yes takes, how often the first version gets it, what waits, what was missed.

Numbers about approvals, read from what approvals keep anyway; nothing is written down for them. People are not named
unless the organization turns it on.
"""
