"""First process of every image: refuses what only tests may ask for, then is the service."""

import os
import runpy
import sys


def main() -> None:
    if os.environ.get("CASSAVA_CRASH_AT"):
        sys.exit("CASSAVA_CRASH_AT makes processes die on purpose; no image starts with it")
    service = os.environ["SERVICE"]
    runpy.run_module("cli" if service == "cli" else f"services.{service}", run_name="__main__")


main()
