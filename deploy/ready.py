# ruff: noqa: INP001  # a program that stands alone
"""The image's health check: whether the service that listens in this container is ready, by its own `/readyz`.

It needs nothing but Python itself, so that a look twice a minute costs next to nothing. Exit code 0: ready.
"""

import os
import sys
from http.client import HTTPConnection

PORTS = {"SCREENS": 8000, "ADMISSIONS": 8001, "DISCHARGE": 8002, "NOTIFICATIONS": 8003}
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104  # such a door is heard on loopback too
SECONDS = 4


def readiness(host: str, port: int) -> int | None:
    """The status of `/readyz`; nothing when nobody listens there. A service that does not answer in time is 503."""
    connection = HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except ConnectionRefusedError:
        return None
    except OSError:
        return 503
    finally:
        connection.close()


def main() -> int:
    """0 when somebody listens and all who do are ready; 1 otherwise."""
    given = os.environ.get("HOMEWARD_HOST", "")
    host = "127.0.0.1" if given in EVERYWHERE else given
    ports = [int(os.environ.get(f"HOMEWARD_{name}_PORT", port)) for name, port in PORTS.items()]
    found = [status for port in ports if (status := readiness(host, port)) is not None]
    return 0 if found and all(status == 200 for status in found) else 1


if __name__ == "__main__":
    sys.exit(main())
