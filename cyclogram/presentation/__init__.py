"""How pages and files of the cyclogram show what the selectors found."""
