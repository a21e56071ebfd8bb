"""First process of every image: refuses what only tests may ask for, then is the service."""

import os
import runpy
import sys


def main() -> None:
    for name in sorted(os.environ):
        if name.startswith("CASSAVA_CRASH"):
            sys.exit(f"{name} makes processes die on purpose; no image starts with it")
    service = os.environ["SERVICE"]
    runpy.run_module("cli" if service == "cli" else f"services.{service}", run_name="__main__")


main()
