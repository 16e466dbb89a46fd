"""The associations in the API."""
