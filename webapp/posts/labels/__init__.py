"""Labels, campaigns and whether a post is paid: what groups posts, and what a workflow may ask about."""
