"""The company's own days from a calendar file (RFC 5545): tried first, taken by a tap, the same event never twice."""
