"""An embedded PostgreSQL server, as root and as an ordinary user."""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import override

import asyncpg

from libs.devstack import binaries
from libs.devstack.accounts import server_account
from libs.devstack.errors import StackError
from libs.devstack.ports import free_port
from libs.devstack.server import EmbeddedServer, await_end_of_predecessor

SUPERUSER = "dealstream"
# Where data lies when root's checkout is in a folder the server's account cannot enter, such as /root.
RELOCATED = Path("/var/lib/dealstream")
# synchronous_commit stays on: without it a killed server, not only a dead machine, forgets what it had committed.
_FAST = {"fsync": "off", "full_page_writes": "off"}
_SETTINGS = {"max_connections": "200", "timezone": "UTC", "log_timezone": "UTC", "log_checkpoints": "off"}
# macOS has no C.UTF-8, but PostgreSQL 17 and newer bring their own.
_LOCALE = (
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    if sys.platform == "darwin"
    else ["--locale=C.UTF-8"]
)
_INITDB_OPTIONS = [
    *("--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8"),
    *("--no-sync", "--wal-segsize=1"),
    *_LOCALE,
]


class PostgresServer(EmbeddedServer):
    """A PostgreSQL server whose data, port and password stay the same over restarts.

    `fast` gives up what protects data from a power loss, for tests; killing the server is safe in either mode.
    """

    name = "postgres"
    # SIGINT is the fast shutdown: SIGTERM would wait for the clients to leave.
    stop_signal = signal.SIGINT
    # The immediate shutdown: no checkpoint, recovery at the next start, and no backend survives.
    crash_signal = signal.SIGQUIT

    def __init__(self, folder: Path, *, port: int = 0, fast: bool = False) -> None:
        super().__init__(folder)
        self.port = port or free_port()
        self.account = server_account()
        self._fast = fast
        self.home = _reachable_home(self)
        self.data = self.home / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    async def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create a database, as a copy of `template` when given, unless it exists; return its URL."""
        connection = await asyncpg.connect(self.url())
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                source = f" TEMPLATE {_quoted(template)} STRATEGY file_copy" if template else ""
                await connection.execute(f"CREATE DATABASE {_quoted(name)}{source}")
        finally:
            await connection.close()
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
        finally:
            await connection.close()

    @override
    def prepare(self) -> None:
        if self.home != self.folder:
            _sweep_relocated()
            self.home.mkdir(parents=True, exist_ok=True)
            (self.home / "belongs-to").write_text(str(self.folder.resolve()))
        if (self.data / "PG_VERSION").exists():
            self._refuse_other_major()
            if await_end_of_predecessor(self.data / "postmaster.pid", str(self.data), self.stop_signal):
                (self.data / "postmaster.pid").unlink()
        else:
            self._initialise()

    @override
    def command(self) -> list[str]:
        binary = binaries.postgres_bin_for(self.account) / "postgres"
        settings = _SETTINGS | (_FAST if self._fast else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        address = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        return [str(binary), "-D", str(self.data), *address, *options]

    @override
    def environment(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C" if sys.platform == "darwin" else "C.UTF-8", "TZ": "UTC"}

    @override
    def is_ready(self, pid: int) -> bool:
        # The eighth line of the pid file; cheaper than connecting. The first tells the present from the last run.
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(pid) and lines[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    @override
    def start(self, timeout_s: float = 30) -> "PostgresServer":
        # After a crash the backends of the last run need a moment to notice; until then the server refuses.
        deadline = time.monotonic() + 5
        while True:
            try:
                return super().start(timeout_s)
            except StackError as error:
                if "pre-existing shared memory block" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def delete(self) -> None:
        """Delete the data, wherever it lies. Raises RuntimeError while the server runs."""
        if self.pid is not None:
            raise RuntimeError("Stop the server before its data is deleted.")
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        # Into another name first: a killed initdb leaves a folder that looks finished.
        staging, password = self.home / "data.new", self.home / "password.new"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        _write_private(password, self._password())
        if self.account is not None:
            self.account.own(staging)
            self.account.own(password)
        folder = binaries.postgres_bin_for(self.account)
        done = subprocess.run(
            [str(folder / "initdb"), "-D", str(staging), "--pwfile", str(password), *_INITDB_OPTIONS],
            capture_output=True,
            text=True,
            env=self.environment(),
            cwd="/",
            check=False,
            **(self.account.subprocess_options if self.account else {}),
        )
        password.unlink()
        if done.returncode:
            raise StackError(f"initdb failed:\n{done.stdout}{done.stderr}")
        staging.rename(self.data)

    def _refuse_other_major(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        found = str(binaries.postgres_major(binaries.postgres_bin()))
        if made_by != found:
            raise StackError(
                f"{self.data} was made by PostgreSQL {made_by}, but the binaries found are PostgreSQL {found}. "
                f"`make reset` deletes the development data; DEALSTREAM_PG_BIN can name the binaries of {made_by}."
            )

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_private(path, secrets.token_hex(16))
        return path.read_text()


def _reachable_home(server: PostgresServer) -> Path:
    """The server's folder, or one outside it when the unprivileged account cannot get there."""
    # It must exist, because its own mode counts too.
    server.folder.mkdir(parents=True, exist_ok=True)
    if server.account is None or server.account.reaches(server.folder):
        return server.folder
    return RELOCATED / hashlib.sha256(str(server.folder.resolve()).encode()).hexdigest()[:16]


def _sweep_relocated() -> None:
    """Delete relocated data whose folder is gone."""
    for note in RELOCATED.glob("*/belongs-to"):
        if not Path(note.read_text()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _quoted(name: str | None) -> str:
    return '"' + (name or "").replace('"', '""') + '"'


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as target:
        target.write(text)
