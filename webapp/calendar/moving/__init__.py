"""A post at another time: moved, by its workflow's rule for changes of time, or copied there."""
