"""What the pages for developers tell people to run works as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.demo_tenant import tenant
from cli.running import read_demo

DOCS = Path(__file__).parents[2] / "docs"
RUNS = {"bash": ["/bin/bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


def values(mesh: dict[str, Any], page: str) -> dict[str, str]:
    """What a reader puts into the variables that the page names."""
    if page == "how-to/grpc.md":
        keys = read_demo(Path(mesh["data"]))["keys"]
        return {"EDGE": mesh["edge"].removeprefix("http://"), "KEY": keys["viewer"]}
    channel_id = str(tenant.stable_id("channel/custom"))
    return {"EDGE": mesh["edge"], "CHANNEL_ID": channel_id, "SECRET": tenant.SIGNING_SECRET}


@pytest.mark.parametrize(
    ("page", "kind"),
    [("channels/custom.md", "bash"), ("how-to/grpc.md", "bash"), ("how-to/grpc.md", "python")],
)
def test_an_example_of_a_page_runs_as_written(mesh: dict[str, Any], page: str, kind: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    (block,) = re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {**os.environ, "PATH": tools, **values(mesh, page)}

    done = subprocess.run(  # noqa: S603  # the document's own words
        [*RUNS[kind], block], env=given, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr
