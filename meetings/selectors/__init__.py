"""What the pages of the meeting room show."""
