"""What the pages of the associations read."""
