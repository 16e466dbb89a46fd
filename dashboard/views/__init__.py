"""Pages that show things of several rooms; what they write goes to the service of the owning room."""
