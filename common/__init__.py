"""What every room needs and no room owns: scope, clock, errors, calendar, formatting. It has no models."""
