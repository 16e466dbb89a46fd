#!/usr/bin/env python
"""The command line of the portal; settings default to the demo, which needs no services."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profportal.settings.demo")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # What was begun is undone with its transaction; where Python stood in it is nobody's concern.
        sys.exit(130)


if __name__ == "__main__":
    main()
