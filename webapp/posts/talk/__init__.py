"""What people say about a post: to whom, and about which place of it."""
