"""The calendar: what goes out when and where, in times that cannot be misread, and the ways to change that."""
