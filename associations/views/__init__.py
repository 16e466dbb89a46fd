"""The pages of the associations."""
