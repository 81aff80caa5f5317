"""A link with the parameters that campaigns are counted by, put into the base text without anybody typing them."""
