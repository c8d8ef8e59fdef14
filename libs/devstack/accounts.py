"""The unprivileged account PostgreSQL needs when everything else runs as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from libs.devstack.errors import StackError


@dataclass(frozen=True)
class Account:
    """A user and group to run a server as."""

    uid: int
    gid: int

    @property
    def subprocess_options(self) -> dict[str, Any]:
        """What makes subprocess start a child as the account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand a file or folder over to the account."""
        os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may pass through every folder above `path` and `path` itself."""
        existing = [folder for folder in (path, *path.parents) if folder.is_dir()]
        return all(self._may_enter(folder.stat()) for folder in existing)

    def _may_enter(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & stat.S_IXUSR)
        if folder.st_gid == self.gid:
            return bool(folder.st_mode & stat.S_IXGRP)
        return bool(folder.st_mode & stat.S_IXOTH)


def server_account() -> Account | None:
    """Who PostgreSQL runs as: None for ourselves; as root, which it refuses, `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise StackError("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to run it as.")
