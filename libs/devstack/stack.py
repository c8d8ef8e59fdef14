"""What the development stack consists of, in the order it starts."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from libs.devstack.nats import NatsServer
from libs.devstack.ports import free_port
from libs.devstack.postgres import PostgresServer
from libs.devstack.unit import ROOT, Command, Unit, answers_ready, module_command, server_unit
from libs.messaging.rights import ADMIN, ROLES

SERVICES = ("simulator", "poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")
DATABASE = "dealstream"
SIMULATED_PACE = {
    "DEALSTREAM_POLL_EVERY_S": "5",
    "DEALSTREAM_POLL_AT_LEAST_EVERY_S": "20",
    "DEALSTREAM_EBAY_DAILY_CALLS": "1000000",
    "DEALSTREAM_INSPECT_EVERY_S": "5",
    "DEALSTREAM_LOOK_SOONEST_S": "20",
}
"""The simulated market moves faster than a real one and costs nothing to ask; the environment may say otherwise."""


class StackSettings(BaseSettings):
    """What the environment says about the development stack."""

    model_config = SettingsConfigDict(env_prefix="DEALSTREAM_", env_ignore_empty=True)

    data_dir: Path = ROOT / ".dealstream"
    port: int = 8321
    nats_url: str | None = None
    database_url: SecretStr | None = None
    ebay_client_id: str | None = None
    discord_webhook_url: SecretStr | None = None
    up_timeout_s: float = 90
    services: Annotated[tuple[str, ...], NoDecode] = SERVICES
    """Which services are started, in a comma-separated list or `none`: the others run in a debugger, say."""

    @field_validator("services", mode="before")
    @classmethod
    def _known(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(value) if not isinstance(value, str) else tuple(part.strip() for part in value.split(","))
        if names == ("none",):
            return ()
        if unknown := set(names) - set(SERVICES):
            raise ValueError(f"no service {', '.join(sorted(unknown))}; there are {', '.join(SERVICES)}")
        return tuple(name for name in SERVICES if name in names)


def service_command(name: str) -> Command:
    return module_command(f"services.{name}")


@dataclass(frozen=True)
class Stack:
    """The servers, the processes and where to find them."""

    folder: Path
    units: Sequence[Unit]
    console_port: int
    nats: NatsServer | None
    postgres: PostgresServer | None
    nats_url: str
    database_url: str
    simulator_url: str | None

    @property
    def console_url(self) -> str:
        return f"http://127.0.0.1:{self.console_port}/"

    @property
    def facts(self) -> dict[str, Any]:
        """What run.json says beside the processes."""
        return {
            "console_url": self.console_url,
            "simulator_url": self.simulator_url,
            "nats_url": self.nats_url,
            "nats_monitor_url": self.nats.monitor_url if self.nats else None,
            "database_url": self.database_url,
        }


def build(
    settings: StackSettings,
    *,
    command: Callable[[str], Command] = service_command,
    environment: Mapping[str, str] | None = None,
    fast: bool = False,
) -> Stack:
    """Lay out a stack in the folder the settings name; nothing is started yet.

    `fast` gives up durability against power loss, for tests. `environment` is what every process gets, ours if None.
    """
    folder = settings.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    nats = None
    if settings.nats_url is None:
        nats = NatsServer(folder / "nats", durable=not fast)
    postgres = PostgresServer(folder / "postgres", fast=fast) if settings.database_url is None else None
    database_url = postgres.url(DATABASE) if postgres else _secret(settings.database_url)
    parts = _Parts(settings, nats, postgres, database_url, command, os.environ if environment is None else environment)
    wanted = [name for name in settings.services if name != "simulator" or settings.ebay_client_id is None]
    return Stack(
        folder=folder,
        units=[*parts.servers(), *parts.one_shots(), *parts.services(wanted)],
        console_port=parts.console_port,
        nats=nats,
        postgres=postgres,
        nats_url=parts.nats_url(ADMIN),
        database_url=database_url,
        simulator_url=f"http://{parts.simulator_address}" if "simulator" in wanted else None,
    )


class _Parts:
    """The units of a stack, made from what they share: addresses and environment."""

    def __init__(
        self,
        settings: StackSettings,
        nats: NatsServer | None,
        postgres: PostgresServer | None,
        database_url: str,
        command: Callable[[str], Command],
        environment: Mapping[str, str],
    ) -> None:
        self._settings, self._nats, self._postgres = settings, nats, postgres
        self._command = command
        self._shared = {**environment, "DEALSTREAM_DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}
        self._simulator_port = free_port()
        self.simulator_address = f"127.0.0.1:{self._simulator_port}"
        self.console_port = settings.port or free_port()

    def nats_url(self, user: str) -> str:
        return self._nats.url(user) if self._nats else str(self._settings.nats_url)

    def servers(self) -> list[Unit]:
        servers = [(server, server.port) for server in (self._nats, self._postgres) if server]
        return [server_unit(server, port=port) for server, port in servers]

    def one_shots(self) -> list[Unit]:
        """Streams and schemas, and the process that brings back streams that vanish."""
        bus = self._shared | {"DEALSTREAM_NATS_URL": self.nats_url(ADMIN)}
        on_bus = ("nats",) if self._nats else ()
        provision = "libs.messaging.provision"
        return [
            Unit(name="provision", command=module_command(provision), environment=bus, after=on_bus, one_shot=True),
            Unit(
                name="migrate",
                command=module_command("libs.storage.migrate"),
                environment=self._shared,
                after=("postgres",) if self._postgres else (),
                prepare=self._create_database if self._postgres else None,
                one_shot=True,
            ),
            Unit(
                name="provision-watch",
                command=module_command(provision, "--watch"),
                environment=bus,
                after=("provision",),
            ),
        ]

    def services(self, names: Sequence[str]) -> list[Unit]:
        return [self._service(name, simulated="simulator" in names) for name in names]

    def _service(self, name: str, *, simulated: bool) -> Unit:
        health_port = free_port()
        environment = self._shared | {"DEALSTREAM_HEALTH_PORT": str(health_port)}
        if name in ROLES:
            environment["DEALSTREAM_NATS_URL"] = self.nats_url(name)
        if name == "api":
            environment["DEALSTREAM_PORT"] = str(self.console_port)
        if simulated:
            environment = SIMULATED_PACE | environment | self._simulation(name)
        after = () if name == "simulator" else ("provision", "migrate", *(("simulator",) if simulated else ()))
        return Unit(
            name=name,
            command=self._command(name),
            environment=environment,
            after=after,
            is_ready=lambda _: answers_ready(health_port),
            port=health_port,
        )

    def _simulation(self, name: str) -> dict[str, str]:
        """Where the services find the marketplaces that stand in for the real ones."""
        address = self.simulator_address
        variables = {"DEALSTREAM_SIMULATOR_PORT": str(self._simulator_port)} if name == "simulator" else {}
        if name == "poller":
            variables = {
                "DEALSTREAM_EBAY_URL": f"http://{address}",
                "DEALSTREAM_EBAY_CLIENT_ID": "simulator",
                "DEALSTREAM_EBAY_CLIENT_SECRET": "simulator",
                "DEALSTREAM_ALLOWED_HOSTS": address,
            }
        if name in ("notifier", "api"):
            variables = {"DEALSTREAM_ALLOWED_HOSTS": address}
        if name == "notifier" and self._settings.discord_webhook_url is None:
            variables["DEALSTREAM_DISCORD_WEBHOOK_URL"] = f"http://{address}/api/webhooks/1/simulator"
        return variables

    async def _create_database(self) -> None:
        if self._postgres:
            await self._postgres.create_database(DATABASE)


def _secret(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
