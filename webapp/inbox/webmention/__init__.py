"""Webmention (W3C): other sites tell us that they link to an entry of a Site feed, and we go and look."""
