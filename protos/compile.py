"""protoc into gen/ and one descriptor set; `--check` says whether what is committed is what the
protos make. No network.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from grpc_tools import protoc
from openapi import openapi
from protovalidate._gen.buf.validate import validate_pb  # private: a test notices if it moves

HERE = Path(__file__).resolve().parent
SITE = Path(sysconfig.get_paths()["purelib"])
BIN = Path(sys.executable).parent  # protoc finds its plugins on the path
GOOGLE = [SITE, SITE / "grpc_tools" / "_proto"]  # google/api, google/rpc; google/protobuf


def constraint_schema(target: Path) -> None:
    """Take buf/validate/validate.proto, with what it imports, out of the protovalidate wheel."""
    files = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, timestamp_pb2, field_mask_pb2):
        module.DESCRIPTOR.CopyToProto(files.file.add())
    files.file.add().ParseFromString(validate_pb.desc().proto.to_binary())
    target.write_bytes(files.SerializeToString())


def call(*arguments: str) -> None:
    if protoc.main(["protoc", *arguments]) != 0:
        sys.exit("protoc failed; its message is above")


def generate(gen: Path, scratch: Path) -> None:
    """Write stubs, the descriptor set and openapi.json into `gen`."""
    gen.mkdir(parents=True, exist_ok=True)
    schema = scratch / "validate.binpb"
    constraint_schema(schema)
    protos = sorted(str(path.relative_to(HERE)) for path in HERE.glob("cassava/**/*.proto"))
    include = [f"-I{HERE}", *(f"-I{path}" for path in GOOGLE), f"--descriptor_set_in={schema}"]
    python = [f"--python_out={gen}", f"--mypy_out=quiet:{gen}"]
    call(f"--descriptor_set_in={schema}", *python, "buf/validate/validate.proto")
    grpc = [f"--grpc_python_out={gen}", f"--mypy_grpc_out=quiet,only_async:{gen}"]
    call(*include, *python, *grpc, *protos)
    binpb = gen / "cassava.binpb"
    extras = ["google/rpc/error_details.proto"]
    call(*include, "--include_imports", "--include_source_info",
         f"--descriptor_set_out={binpb}", *protos, *extras)  # fmt: skip
    for folder in [
        gen / "cassava",
        gen / "buf",
        *(gen / "cassava").rglob("*"),
        gen / "buf/validate",
    ]:
        if folder.is_dir():
            (folder / "__init__.py").touch()
    (gen / "openapi.json").write_text(openapi(binpb.read_bytes()))


def differences(left: Path, right: Path) -> list[str]:
    """Names of files that are missing on either side or differ."""
    names = {
        path.relative_to(root)
        for root in (left, right)
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return sorted(
        str(name)
        for name in names
        if not ((left / name).exists() and (right / name).exists())
        or not filecmp.cmp(left / name, right / name, shallow=False)
    )


def buf(*arguments: str) -> None:
    """Run buf from this environment; stop with its findings."""
    program = BIN / "buf"
    if subprocess.run([str(program), *arguments], check=False).returncode != 0:  # noqa: S603 - our own arguments
        sys.exit(1)


def main() -> None:
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        fresh = scratch / "gen"
        generate(fresh, scratch)
        if "--check" in sys.argv:
            if stale := differences(HERE / "gen", fresh):
                sys.exit("stale, run `make protos`: " + ", ".join(stale))
        else:
            shutil.rmtree(HERE / "gen", ignore_errors=True)
            shutil.copytree(fresh, HERE / "gen")
    image, config = str(HERE / "gen/cassava.binpb"), str(HERE / "buf.yaml")
    buf("lint", image, "--config", config, "--path", "cassava")
    baseline = HERE / "baseline.binpb"
    if baseline.exists():
        buf("breaking", image, "--against", str(baseline), "--config", config, "--path", "cassava")


if __name__ == "__main__":
    main()
