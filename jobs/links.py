"""Links of posts: a look at those that are due."""

from webapp.posts.links import looking

from . import job


@job
def look_at_links() -> int:
    """Go to the links that nobody looked at for long; answers how many."""
    return looking.look_due()
