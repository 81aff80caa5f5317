"""Ideas: what may become a post. From a sentence to something ready to write, and then a draft that knows its idea."""
