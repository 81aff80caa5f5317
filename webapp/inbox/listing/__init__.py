"""The list of conversations: its segments, filters, rows, and deciding about several at once."""
