"""Changes of canned replies that need a yes: where that is so, what waits, and the yes or no itself."""
