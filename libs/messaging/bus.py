"""What a service has of the bus: its broker, a publisher, its stages and tables."""

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog import get_logger

from libs.contracts.envelope import Event
from libs.messaging.attempts import Attempts
from libs.messaging.provision import Drift, bucket_drift, consumer_drift, stream_drift
from libs.messaging.publisher import FIRST, Outgoing, Publisher
from libs.messaging.replies import Replies
from libs.messaging.runner import StageRunner
from libs.messaging.stage import Stage
from libs.messaging.table import Table
from libs.messaging.topology import ACK_WAIT_S, ATTEMPTS_BUCKET, TOPOLOGY, Topology

log = get_logger(__name__)

WAIT_FOR_PROVISION_S = 1.0


class DriftError(Exception):
    """What the server holds is not what this service was written for."""


class Bus:
    """One connection, everything a service does with it; opened after the broker is connected."""

    def __init__(self, broker: NatsBroker, service: str, *, ack_wait_s: float | None = None) -> None:
        self._broker = broker
        self.service = service
        self.topology: Topology = dataclasses.replace(TOPOLOGY, ack_wait_s=ack_wait_s or ACK_WAIT_S)
        self._runners: list[StageRunner] = []
        self._tables: list[Table[Any]] = []
        self._table_tasks: list[asyncio.Task[None]] = []
        self._stage_tasks: dict[str, asyncio.Task[None]] = {}

    async def open(self) -> Self:
        self.client: Client = self._broker.connection
        self.js: JetStreamContext = self.client.jetstream()
        self._replies = await Replies(self.client).start()
        self.publisher = Publisher(self._replies, self.topology)
        return self

    async def publish(self, events: Iterable[Event]) -> None:
        """Publish events that no stage caused, each as its first emission."""
        await self.publisher.publish([Outgoing(event, FIRST) for event in events])

    def add_table(self, table: Table[Any]) -> None:
        self._tables.append(table)

    async def start(self, stages: Sequence[Stage], parts: Mapping[type, object]) -> None:
        """Start tables, then stages; a stage begins when every table has caught up.

        Waits for the provisioning command where streams are missing; raises ``DriftError`` where
        they exist and differ.
        """
        for table in self._tables:
            self._table_tasks.append(asyncio.create_task(table.follow(self.js), name="table"))
        for table in self._tables:
            await table.ready.wait()
        if stages:
            await self._await_topology(stages)
            attempts = await Attempts.open(self.js)
            for stage in stages:
                self._runners.append(self._runner(stage, parts, attempts))
        for runner in self._runners:
            self._stage_tasks[runner.durable] = asyncio.create_task(runner.run(), name=runner.durable)

    def _runner(self, stage: Stage, parts: Mapping[type, object], attempts: Attempts) -> StageRunner:
        return StageRunner(
            stage,
            stage.bind(parts),
            client=self.client,
            replies=self._replies,
            publisher=self.publisher,
            attempts=attempts,
            topology=self.topology,
        )

    async def _await_topology(self, stages: Sequence[Stage]) -> None:
        drift = await self._drift(stages)
        while any(each.field == "exists" for each in drift):
            log.warning("topology.missing", missing=[str(each) for each in drift])
            await asyncio.sleep(WAIT_FOR_PROVISION_S)
            drift = await self._drift(stages)
        if drift:
            raise DriftError("; ".join(str(each) for each in drift))

    async def _drift(self, stages: Sequence[Stage]) -> list[Drift]:
        found: list[Drift] = []
        for stage in stages:
            consumer = self.topology.consumer(stage.durable)
            stream = next(each for each in self.topology.streams if each.name == consumer.stream)
            found += await stream_drift(self.js, stream)
            found += await consumer_drift(self.js, consumer, self.topology)
        return found + await bucket_drift(self.js, ATTEMPTS_BUCKET)

    def checks(self) -> dict[str, bool]:
        """Readiness by name: the connection, every stage, every table."""
        return {
            "nats": self.client.is_connected,
            **{
                runner.durable: runner.connected and not self._stage_tasks[runner.durable].done()
                for runner in self._runners
            },
            **{f"table {index}": table.ready.is_set() for index, table in enumerate(self._tables)},
        }

    async def stop(self, grace_s: float) -> None:
        """Let every batch in hand finish within the grace, then leave the rest un-acked."""
        for runner in self._runners:
            runner.stop()
        if self._stage_tasks:
            await asyncio.wait(self._stage_tasks.values(), timeout=grace_s)
        running = [*self._table_tasks, *self._stage_tasks.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._replies.stop()
