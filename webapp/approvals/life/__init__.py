"""What happens to a post between being sent for approval and its yes: holds, claims, nudges, steps, what is carried."""
