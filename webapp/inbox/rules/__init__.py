"""Rules of the inbox: what comes in is given to people, labelled or put off by itself, as somebody wrote it down."""
