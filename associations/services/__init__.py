"""Everything that is written in the room of the associations."""
