"""What things cost, measured on a seeded company: `make bench` prints one table. Never a timed test."""
