"""Meetings in the API, by subject."""
