"""How the associations tell of themselves on paper."""
