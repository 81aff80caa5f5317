"""Any two versions of a post beside each other."""
