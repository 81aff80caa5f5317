"""Starting, watching, saving and mending an installation: what the `nod` command is made of."""
