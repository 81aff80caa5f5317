"""Pictures of canned replies: chosen from the library, seen before sending, gone out with the answer."""
