"""Pages of the cyclogram."""
