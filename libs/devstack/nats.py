"""An embedded NATS server: durable JetStream on loopback, one user per service."""

import hashlib
import hmac
import http.client
import json
import os
import secrets
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, override

from libs.devstack import binaries
from libs.devstack.ports import free_port
from libs.devstack.server import EmbeddedServer, await_end_of_predecessor
from libs.messaging.rights import ADMIN, Rights, bus_users

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
ACCOUNT = "DEALSTREAM"
SYSTEM_ACCOUNT = "SYS"
SYSTEM_USER = "sys"


def configuration(
    *,
    port: int,
    monitor_port: int,
    folder: Path,
    rights: Sequence[Rights],
    passwords: Mapping[str, str],
    host: str = "127.0.0.1",
    durable: bool = True,
) -> str:
    """The server's configuration file, which may be JSON; pure.

    `passwords` has one entry for each user and one for the system account. `durable` syncs every write to disk
    before it is acknowledged; the server's own default is every two minutes.
    """
    jetstream: dict[str, Any] = {"store_dir": str(folder / "jetstream")}
    if durable:
        jetstream["sync_interval"] = "always"
    accounts = {
        ACCOUNT: {"jetstream": "enabled", "users": [_user(right, passwords[right.user]) for right in rights]},
        SYSTEM_ACCOUNT: {"users": [{"user": SYSTEM_USER, "password": passwords[SYSTEM_USER]}]},
    }
    return json.dumps(
        {
            "server_name": "dealstream",
            "listen": f"{host}:{port}",
            "http": f"{host}:{monitor_port}",
            "pid_file": str(folder / "nats.pid"),
            "max_payload": MAX_PAYLOAD_BYTES,
            "jetstream": jetstream,
            "accounts": accounts,
            "system_account": SYSTEM_ACCOUNT,
        },
        indent=2,
    )


class NatsServer(EmbeddedServer):
    """A NATS server whose store, ports and passwords stay the same over restarts."""

    name = "nats"
    stop_signal = signal.SIGTERM
    crash_signal = signal.SIGKILL

    def __init__(
        self,
        folder: Path,
        *,
        rights: Sequence[Rights] | None = None,
        port: int = 0,
        monitor_port: int = 0,
        durable: bool = True,
    ) -> None:
        super().__init__(folder)
        self.rights = list(rights) if rights is not None else bus_users()
        self.port = port or free_port()
        self.monitor_port = monitor_port or free_port()
        self._durable = durable
        self._secret: bytes | None = None

    def url(self, user: str = ADMIN) -> str:
        """Where to connect as a user. Raises KeyError for a user the server was not told of."""
        if user not in {right.user for right in self.rights}:
            raise KeyError(f"The server has no user {user!r}.")
        return f"nats://{user}:{self._password(user)}@127.0.0.1:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://127.0.0.1:{self.monitor_port}"

    @override
    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        await_end_of_predecessor(self.folder / "nats.pid", str(self._config), self.stop_signal)
        users = [*(right.user for right in self.rights), SYSTEM_USER]
        _write_private(
            self._config,
            configuration(
                port=self.port,
                monitor_port=self.monitor_port,
                folder=self.folder,
                rights=self.rights,
                passwords={user: self._password(user) for user in users},
                durable=self._durable,
            ).encode(),
        )

    @override
    def command(self) -> list[str]:
        return [str(binaries.nats_server()), "--config", str(self._config)]

    @override
    def is_ready(self, pid: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.monitor_port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wipe(self) -> None:
        """Lose every stream, as a lost disk would. Raises RuntimeError while the server runs."""
        if self.pid is not None:
            raise RuntimeError("Stop the server before its store is deleted.")
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)

    @property
    def _config(self) -> Path:
        return self.folder / "nats.conf"

    def _password(self, user: str) -> str:
        if self._secret is None:
            self._secret = _kept_secret(self.folder / "secret")
        return hmac.digest(self._secret, user.encode(), hashlib.sha256).hex()[:32]


def _user(right: Rights, password: str) -> dict[str, Any]:
    publish = {"allow": list(right.publish), "deny": list(right.deny_publish)}
    permissions: dict[str, Any] = {"publish": publish, "subscribe": {"allow": list(right.subscribe)}}
    if right.answers_requests:
        permissions["allow_responses"] = True
    return {"user": right.user, "password": password, "permissions": permissions}


def _kept_secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
