"""Being away: from when to when, who stands in, and what that means for those who wait."""
