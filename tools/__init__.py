"""What keeps the repository in order: preflight checks and guards. Never imported by the product."""
