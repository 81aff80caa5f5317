"""Pictures of strangers: their faces and what they attached, shown from our own origin and never from theirs."""
