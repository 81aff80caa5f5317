"""Tests against servers that others wrote, booted on loopback by `servers.py` (set up by `install.sh`)."""
