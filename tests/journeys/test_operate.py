"""docs/operate.md: its commands are run, or stand below a line that says why they are not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import cassava

PAGE = (Path(__file__).parents[2] / "docs/operate.md").read_text(encoding="utf-8")
FENCED = re.compile(
    r"(?P<before>[^\n]+(?:\n[^\n]+)*)\n\n```(?P<kind>\w+)\n(?P<said>.*?)^```", re.M | re.S
)
# tests/deploy/test_restore.py runs two, this file one.
EXCUSES = ("Not run by a test, ", "`tests/deploy/test_images.py` runs")
RUN = {"Back up and restore": 2, "Rotate": 1}


def test_every_block_is_run_or_says_why_not() -> None:
    run: dict[str, int] = {}
    for section in PAGE.split("\n## ")[1:]:
        title, blocks = section.partition("\n")[0], list(FENCED.finditer(section))
        assert len(blocks) == section.count("\n```") / 2, title
        for block in blocks:
            if block["kind"] == "bash":
                run[title] = run.get(title, 0) + 1
            elif block["kind"] == "sh":
                assert any(word in block["before"] for word in EXCUSES), title
            else:
                assert block["kind"] == "yaml"  # part of a file, no command

    assert run == RUN


def test_a_key_is_turned_over_as_written(mesh: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / ".cassava").symlink_to(mesh["data"])
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    (block,) = re.findall(
        r"```bash\n(.*?)```", PAGE.partition("\n## Rotate\n")[2].partition("\n## ")[0], re.S
    )
    old = json.loads(cassava("key", "create", "agent", "--tenant", "demo", "--json", cwd=tmp_path))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    here = block.replace("localhost:8000", mesh["edge"].removeprefix("http://"))
    ours = {"PATH": path, "CURL_HOME": str(tmp_path), "OLD_KEY_ID": old["key"]["id"]}

    done = subprocess.run(  # noqa: S603  # the document's own words
        ["/bin/bash", "-euo", "pipefail", "-c", here],
        cwd=tmp_path, env={**os.environ, **ours}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"key {old['key']['id']} is revoked" in done.stdout
