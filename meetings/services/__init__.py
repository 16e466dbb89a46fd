"""Services of the meeting room."""
