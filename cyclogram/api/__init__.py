"""The cyclogram over the API."""
