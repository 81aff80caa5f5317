"""One inbox: what people write to us on every network, fetched, worked and answered in one place."""
