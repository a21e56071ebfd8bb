"""What is generated is what the protos make, and what is derived from them is derived."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

from google.protobuf import descriptor_pb2

from mesh import retries
from tests.architecture.sources import ROOT

IMAGE = ROOT / "protos" / "gen" / "cassava.binpb"
SAFE = (
    descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS,
    descriptor_pb2.MethodOptions.IDEMPOTENT,
)


def test_the_committed_stubs_are_what_the_protos_make() -> None:
    done = subprocess.run(
        [sys.executable, "protos/compile.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_exactly_the_methods_marked_safe_are_repeated() -> None:
    image = descriptor_pb2.FileDescriptorSet.FromString(IMAGE.read_bytes())
    ours = [file for file in image.file if file.name.startswith("cassava/")]
    safe = {
        (f"{file.package}.{service.name}", method.name)
        for file in ours
        for service in file.service
        for method in service.method
        if method.options.idempotency_level in SAFE
    }

    services = [
        service
        for file in ours
        for service in importlib.import_module(
            file.name.removesuffix(".proto").replace("/", ".") + "_pb2"
        ).DESCRIPTOR.services_by_name.values()
    ]
    config = json.loads(retries.service_config(services))

    (policy,) = config["methodConfig"]
    assert {(name["service"], name["method"]) for name in policy["name"]} == safe
