"""Read models of the pages that show things of several rooms."""
