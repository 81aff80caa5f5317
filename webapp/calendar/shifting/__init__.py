"""Several posts to other times at once: moved by days, a whole campaign, or into the free slots of a week."""
