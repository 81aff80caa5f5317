"""Further parts of a post: a thread, and its first comment. Where a network has them, each answers the part before it.

They are kept with the post (`Post.parts`), the first comment last, frozen with its revision, and said to the same
people by the same nod. Every channel that takes parts gets the same ones.
"""
