"""Getting what people wrote: asked for channel by channel, stored in any order and any number of times, once."""
