"""Posts that repeat: an hour on the clocks of a region, on days by a rule. Each of them is a post of its own."""
