"""Reviewers outside the company: asked by mail about named posts, they decide by a link, without an account."""
