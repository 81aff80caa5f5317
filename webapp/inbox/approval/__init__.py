"""Replies that need a yes: which ones do, the wait, the decision. None leaves without a yes on its exact text."""
