"""How campaigns stand: progress by state over every region one sees, their pictures, and one timeline."""
