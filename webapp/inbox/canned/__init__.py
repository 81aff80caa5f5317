"""Canned replies: reusable answers with a short code, languages and variables. Put in by a person, never sent alone."""
