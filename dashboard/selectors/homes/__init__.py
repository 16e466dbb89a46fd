"""The first page of each role, one module for a role; `dashboard.selectors.home` puts them together."""
