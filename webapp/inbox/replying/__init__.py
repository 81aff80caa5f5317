"""Saying something back: what goes out, in attempts exactly like deliveries, and what was only begun."""
