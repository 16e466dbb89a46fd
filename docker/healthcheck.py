"""Asks the web server of this container for one address; exit code 0 when it answers 200.

The request carries the first of ALLOWED_HOSTS, because the portal answers to no other name.
"""

import http.client
import os
import sys

SECONDS_TO_ANSWER = 4


def main(path: str) -> int:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", path, headers={"Host": host})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except (OSError, http.client.HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
