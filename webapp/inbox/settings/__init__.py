"""How soon a region answers, and which words it takes for spam."""
