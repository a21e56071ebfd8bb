"""SJ-07: nothing that opens a door lies in the tree."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.architecture.sources import ROOT

# Keys that we make, that clouds and providers make, and private keys.
SECRETS = re.compile(
    rb"csk_[0-9a-f]{16}_[0-9a-f]{64}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}"
    rb"|xox[abp]-[0-9A-Za-z-]{20}|\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b|EAA[A-Za-z0-9]{60}"
    rb"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}"
)
_MOST_BYTES = 2_000_000
# Nobody's: the key that the attacks try, all zeroes.
_NOBODYS = b"0" * 64


def found_in(data: bytes) -> list[bytes]:
    return [each for each in SECRETS.findall(data) if _NOBODYS not in each]


def test_no_file_of_the_tree_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S607  # whatever git there is
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    files = [p for p in paths if p.is_file() and p.stat().st_size < _MOST_BYTES]

    assert [str(path) for path in files if found_in(path.read_bytes())] == []


@pytest.mark.parametrize(
    "secret",
    [b"csk_" + b"a1" * 8 + b"_" + b"f" * 64, b"AKIA" + b"Z" * 16, b"123456789:AA" + b"x" * 33],
)
def test_the_rule_sees_one(secret: bytes) -> None:
    assert found_in(b"key = '" + secret + b"'\n")
