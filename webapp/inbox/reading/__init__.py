"""What a message is, by plain means: its language, whether it asks something, whether it is likely spam.

A guess, never a verdict: people correct it, and their word stays.
"""
