"""Adaptation: headquarters writes and locks, regions make it theirs, each with its own approval."""
