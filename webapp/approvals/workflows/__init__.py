"""Ways of saying yes: what their stages are, what sends a post there, which one applies, and how they are changed."""
