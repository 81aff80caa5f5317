"""Posts from a table: a file is tried first, with every error by row and column, and taken whole or not at all."""
