"""What is mailed to people outside, and when."""
