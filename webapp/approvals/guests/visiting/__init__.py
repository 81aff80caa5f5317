"""What somebody outside sees and does behind the link."""
