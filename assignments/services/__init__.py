"""Writes of the assignments room: protocols, and everything that happens to executions."""
