"""Writes of the clusters room: the reference files and the import of the register."""
