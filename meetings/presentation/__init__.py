"""What pages show of meetings, in words."""
