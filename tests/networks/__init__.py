"""Connectors against doubles on loopback that fail on demand."""
