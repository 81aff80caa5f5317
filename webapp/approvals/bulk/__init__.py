"""One yes to several clean posts: chosen, shown once more as a list, and taken back by one tap."""
