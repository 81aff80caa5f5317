"""What people do with a conversation besides answering it: each verb changes one thing and records one event."""
