"""Exit 0 when the process in this container is ready: what Docker's health check runs."""

import http.client
import os
import sys

_PATIENCE_SECONDS = 2


def main() -> int:
    port = os.environ["CASSAVA_OPS_LISTEN"].rpartition(":")[2]
    asked = http.client.HTTPConnection("127.0.0.1", int(port), timeout=_PATIENCE_SECONDS)
    try:
        asked.request("GET", "/health/ready")
        return 0 if asked.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1


sys.exit(main())
