"""Post templates: what a post says, kept under a name to begin others with. Never a time, never yeses."""
