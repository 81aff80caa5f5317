"""Calendars for other apps (RFC 5545): a secret address a person, region or campaign, read only, revoked by a tap."""
