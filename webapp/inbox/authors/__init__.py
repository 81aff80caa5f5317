"""Somebody there: what they wrote to us before, what the team knows about them, and their erasure on request."""
