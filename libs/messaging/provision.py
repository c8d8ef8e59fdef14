"""Create and update every stream and consumer from the topology: ``python -m libs.messaging.provision``.

``--watch`` keeps looking and re-creates what vanished; ``--check`` only reports drift and ends with 1
when there is any.
"""

import argparse
import asyncio
import dataclasses
import os
import sys
from dataclasses import dataclass
from typing import override

import nats
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, KeyValueConfig, StreamConfig
from nats.js.errors import BucketNotFoundError, NotFoundError

from libs.messaging.topology import BUCKETS, TOPOLOGY, Consumer, Stream, Topology

WATCH_S = 2.0


@dataclass(frozen=True, slots=True)
class Drift:
    """One field that is not what the topology says."""

    asset: str
    field: str
    found: object
    wanted: object

    @override
    def __str__(self) -> str:
        if self.field == "exists":
            return f"{self.asset} is missing; run the provisioning command"
        return f"{self.asset}: {self.field} is {self.found!r} and should be {self.wanted!r}"


async def find_drift(js: JetStreamContext, topology: Topology = TOPOLOGY) -> list[Drift]:
    """Compare what the server has with what the topology says."""
    drift: list[Drift] = []
    for stream in topology.streams:
        drift += await stream_drift(js, stream)
    for consumer in topology.consumers:
        drift += await consumer_drift(js, consumer, topology)
    for bucket in BUCKETS:
        drift += await bucket_drift(js, bucket)
    return drift


async def stream_drift(js: JetStreamContext, stream: Stream) -> list[Drift]:
    try:
        found = (await js.stream_info(stream.name)).config
    except NotFoundError:
        return [Drift(f"stream {stream.name}", "exists", found=False, wanted=True)]
    return _differences(f"stream {stream.name}", found, stream.config())


async def consumer_drift(js: JetStreamContext, consumer: Consumer, topology: Topology) -> list[Drift]:
    name = f"consumer {consumer.stream}/{consumer.durable}"
    try:
        found = (await js.consumer_info(consumer.stream, consumer.durable)).config
    except NotFoundError:
        return [Drift(name, "exists", found=False, wanted=True)]
    return _differences(name, found, consumer.config(topology.ack_wait_s))


async def bucket_drift(js: JetStreamContext, bucket: str) -> list[Drift]:
    try:
        await js.key_value(bucket)
    except BucketNotFoundError:
        return [Drift(f"bucket {bucket}", "exists", found=False, wanted=True)]
    return []


def _differences(
    asset: str, found: StreamConfig | ConsumerConfig, wanted: StreamConfig | ConsumerConfig
) -> list[Drift]:
    """Fields the topology sets and the server holds otherwise."""
    return [
        Drift(asset, each.name, getattr(found, each.name), value)
        for each in dataclasses.fields(wanted)
        if (value := getattr(wanted, each.name)) is not None and getattr(found, each.name) != value
    ]


async def provision(js: JetStreamContext, topology: Topology = TOPOLOGY) -> list[Drift]:
    """Make the server agree with the topology; returns what had to be changed. Repeating it is free."""
    drift = await find_drift(js, topology)
    touched = {each.asset for each in drift}
    missing = {each.asset for each in drift if each.field == "exists"}
    for stream in topology.streams:
        name = f"stream {stream.name}"
        if name in missing:
            await js.add_stream(stream.config())
        elif name in touched:
            await js.update_stream(stream.config())
    for consumer in topology.consumers:
        if f"consumer {consumer.stream}/{consumer.durable}" in touched:
            await js.add_consumer(consumer.stream, consumer.config(topology.ack_wait_s))
    for bucket, ttl_s in BUCKETS.items():
        if f"bucket {bucket}" in missing:
            await js.create_key_value(KeyValueConfig(bucket=bucket, ttl=ttl_s))
    return drift


async def watch(js: JetStreamContext, topology: Topology) -> None:
    """Provision again and again; an outage of the server is waited out."""
    while True:
        try:
            for drift in await provision(js, topology):
                print(drift, flush=True)  # noqa: T201
        except Exception as error:  # noqa: BLE001 - supervised loop: the server may be away for a while
            print(f"not provisioned: {error or type(error).__name__}", file=sys.stderr, flush=True)  # noqa: T201
        await asyncio.sleep(WATCH_S)


async def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m libs.messaging.provision", description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--watch", action="store_true", help="keep re-creating what vanished")
    mode.add_argument("--check", action="store_true", help="only report drift")
    options = parser.parse_args(arguments)
    url = os.environ.get("DEALSTREAM_NATS_URL", "nats://127.0.0.1:4222")
    topology = dataclasses.replace(
        TOPOLOGY, ack_wait_s=float(os.environ.get("DEALSTREAM_ACK_WAIT_S", TOPOLOGY.ack_wait_s))
    )
    client = await nats.connect(url, max_reconnect_attempts=-1, name="provision", inbox_prefix="_INBOX_admin")
    js = client.jetstream()
    try:
        if options.watch:
            await watch(js, topology)
        drift = await (find_drift if options.check else provision)(js, topology)
    finally:
        await client.close()
    for each in drift:
        print(each)  # noqa: T201
    return 1 if options.check and drift else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
