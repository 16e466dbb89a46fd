"""Writes of the cyclogram room: the plans that ship with the portal."""
