"""Nod as people meet it: real processes, a real browser, a phone's screen."""
