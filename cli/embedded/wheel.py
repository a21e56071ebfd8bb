"""Programs that come as Python wheels, found without importing the wheel."""

import importlib.util
from pathlib import Path

from cli.embedded.trouble import EmbeddedTrouble


def program_in(package: str, pattern: str) -> Path:
    """The one file of an installed package that matches; raise `EmbeddedTrouble` without it."""
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or []) if found else []:
        for program in sorted(Path(folder).glob(pattern)):
            return program
    raise EmbeddedTrouble(f"{package} is not installed: pip install 'cassava-support[embedded]'")
