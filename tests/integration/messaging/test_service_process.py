"""A service as a process: what ends it, what does not, and what it leaves behind."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nats
import orjson
import pytest
from nats.js import JetStreamContext
from pydantic import BaseModel

from libs.contracts.dead import DeadLetter
from libs.contracts.envelope import stable_id
from libs.contracts.work import PollRequested
from libs.devstack.nats import NatsServer
from libs.devstack.ports import free_port
from libs.messaging.connection import service_broker
from libs.messaging.provision import provision
from libs.messaging.rpc import Procedure, RpcClient
from libs.messaging.topology import TOPOLOGY
from tests.integration.messaging.pipe import AT, until

ROOT = Path(__file__).parents[3]
ACK_WAIT_S = 0.5
QUICK = replace(TOPOLOGY, ack_wait_s=ACK_WAIT_S)

SERVICE = """
import asyncio, os
from contextlib import asynccontextmanager
from libs.contracts.work import PollRequested
from libs.messaging.rpc import Calls, Procedure
from libs.messaging.stage import Stages
from pydantic import BaseModel
from libs.runtime.service import Service, run
from libs.runtime.settings import ServiceSettings

stages = Stages("poller")

def note(word):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(word + "\\n")

@stages.takes(PollRequested)
async def handle(batch):
    for each in batch:
        note(each.search_id)
        if each.search_id == "poison":
            os._exit(9)
        if each.search_id.startswith("slow"):
            await asyncio.sleep(float(each.search_id.partition(" ")[2]))
            note("finished " + each.search_id)
    return []

class Text(BaseModel):
    text: str

class Suffix:
    text = "!"

calls = Calls("poller")

@calls.answers(Procedure("poller", "echo", Text, Text))
async def echo(request: Text, suffix: Suffix) -> Text:
    return Text(text=request.text + suffix.text)

@asynccontextmanager
async def parts(service):
    service.provide(Suffix())
    if "CLOSE_CLIENT" in os.environ:
        asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(service.bus.client.close()))
    yield

raise SystemExit(run(Service("poller", ServiceSettings(), open=parts, stages=stages, router=calls.router)))
"""


class Worker:
    """Starts the service above again and again."""

    def __init__(self, folder: Path, url: str) -> None:
        self.script = folder / "service.py"
        self.script.write_text(SERVICE)
        self.notes_file = folder / "notes"
        self.url = url
        self.health_port = free_port()

    @property
    def notes(self) -> list[str]:
        return self.notes_file.read_text().splitlines() if self.notes_file.exists() else []

    @contextmanager
    def running(self, **extra: str) -> Iterator[subprocess.Popen[str]]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DEALSTREAM_")}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "NOTES": str(self.notes_file),
            "DEALSTREAM_NATS_URL": self.url,
            "DEALSTREAM_ACK_WAIT_S": str(ACK_WAIT_S),
            "DEALSTREAM_HEALTH_PORT": str(self.health_port),
            "DEALSTREAM_GRACE_S": "2",
            **extra,
        }
        process = subprocess.Popen(
            [sys.executable, str(self.script)], env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    async def ends(self, process: subprocess.Popen[str], within_s: float = 20) -> tuple[int, str]:
        _, said = await asyncio.to_thread(process.communicate, timeout=within_s)
        return process.returncode, said

    async def answers(self, path: str) -> tuple[int, dict[str, bool]]:
        return await asyncio.to_thread(self._answers, path)

    def _answers(self, path: str) -> tuple[int, dict[str, bool]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}{path}", timeout=2) as answer:
                return answer.status, orjson.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, orjson.loads(error.read())

    async def is_ready(self) -> bool:
        return (await self.answers("/ready"))[0] == 200


@pytest.fixture
async def js(nats_url: str) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(nats_url)
    yield client.jetstream()
    await client.close()


@pytest.fixture
def worker(tmp_path: Path, nats_url: str) -> Worker:
    return Worker(tmp_path, nats_url)


async def request(js: JetStreamContext, *search_ids: str) -> None:
    for each in search_ids:
        event = PollRequested(event_id=stable_id("poll", each), occurred_at=AT, search_id=each)
        await js.publish(event.subject, event.model_dump_json().encode())


async def settled(js: JetStreamContext) -> bool:
    info = await js.consumer_info("WORK", "poller-poll-requested")
    return info.num_pending == 0 and info.num_ack_pending == 0


async def test_a_message_that_kills_its_process_is_set_aside_after_five_starts(
    js: JetStreamContext, worker: Worker
) -> None:
    await provision(js, QUICK)
    await request(js, "before", "poison", "after")
    kills = 0
    while not (await js.stream_info("DEAD")).state.messages:
        with worker.running() as process:

            async def ended_or_done(process: subprocess.Popen[str] = process) -> bool:
                return process.poll() is not None or await settled(js)

            await until(ended_or_done, within_s=20)
            kills += process.poll() == 9
        assert kills <= 5
    assert worker.notes.count("poison") == 5
    letter = DeadLetter.model_validate_json((await js.get_msg("DEAD", 1)).data or b"")
    assert (letter.reason, letter.stage, letter.stream_sequence) == ("quarantined", "poller-poll-requested", 2)
    assert letter.error == "its handling began 5 times and never ended"
    assert {"before", "after"} <= set(worker.notes)
    await until(lambda: settled(js))


async def test_told_to_stop_it_finishes_what_fits_into_the_grace(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, QUICK)
    with worker.running() as process:
        await until(worker.is_ready, within_s=20)
        await request(js, "slow 1")
        await until(lambda: _noted(worker, "slow 1"))
        process.terminate()
        code, said = await worker.ends(process)
    assert code == 0, said
    assert worker.notes == ["slow 1", "finished slow 1"]
    assert await settled(js)


async def test_what_does_not_fit_into_the_grace_is_delivered_again(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, QUICK)
    with worker.running() as process:
        await until(worker.is_ready, within_s=20)
        await request(js, "slow 30")
        await until(lambda: _noted(worker, "slow 30"))
        process.terminate()
        code, said = await worker.ends(process)
    assert code == 0, said
    assert worker.notes == ["slow 30"]
    assert not await settled(js)


async def test_it_waits_for_provisioning_and_says_that_it_is_not_ready(js: JetStreamContext, worker: Worker) -> None:
    with worker.running():
        await until(lambda: _alive(worker), within_s=20)
        assert await worker.answers("/ready") == (503, {"started": False})
        await asyncio.sleep(1)
        assert await worker.answers("/ready") == (503, {"started": False})
        await provision(js, QUICK)
        await until(worker.is_ready)
        assert (await worker.answers("/ready"))[1] == {"started": True, "nats": True, "poller-poll-requested": True}


async def test_it_waits_for_a_server_that_comes_later(own_nats_server: NatsServer, tmp_path: Path) -> None:
    worker = Worker(tmp_path, own_nats_server.url())
    client = await nats.connect(own_nats_server.url())
    await provision(client.jetstream(), QUICK)
    await client.close()
    own_nats_server.stop()
    with worker.running() as process:
        await asyncio.sleep(2)
        assert process.poll() is None
        own_nats_server.start()
        await until(worker.is_ready, within_s=15)


async def test_it_refuses_to_start_on_what_it_was_not_written_for(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, replace(QUICK, ack_wait_s=7))
    with worker.running() as process:
        code, said = await worker.ends(process)
    assert code == 78
    assert "consumer WORK/poller-poll-requested: ack_wait is 7.0 and should be 0.5" in said


async def test_starting_a_service_changes_nothing_on_the_server(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, QUICK)
    before = await configuration(js)
    with worker.running():
        await until(worker.is_ready, within_s=20)
        await request(js, "a")
        await until(lambda: settled(js))
    assert await configuration(js) == before


async def test_a_client_closed_for_good_ends_the_process(js: JetStreamContext, worker: Worker) -> None:
    """FastStream 0.7.8 would spin at full load with the client closed (reliability F4)."""
    await provision(js, QUICK)
    with worker.running(CLOSE_CLIENT="1") as process:
        code, said = await worker.ends(process)
    assert code == 70, said
    assert "nats.closed" in said


async def test_it_answers_requests_with_what_it_provides(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, QUICK)
    broker = service_broker(worker.url, "api", on_closed=_stay)
    await broker.connect()
    try:
        with worker.running():
            await until(worker.is_ready, within_s=20)
            answer = await RpcClient(broker).call(Procedure("poller", "echo", Text, Text), Text(text="a"))
    finally:
        await broker.stop()
    assert answer == Text(text="a!")


class Text(BaseModel):
    text: str


async def _stay() -> None:
    """Tests close their own clients."""


async def test_killed_in_mid_work_it_loses_nothing(js: JetStreamContext, worker: Worker) -> None:
    await provision(js, QUICK)
    with worker.running() as process:
        await until(worker.is_ready, within_s=20)
        await request(js, "slow 20")
        await until(lambda: _noted(worker, "slow 20"))
        process.send_signal(signal.SIGKILL)
        await worker.ends(process)
    assert not await settled(js)


async def configuration(js: JetStreamContext) -> dict[str, object]:
    found: dict[str, object] = {}
    for stream in await js.streams_info():
        name = stream.config.name or ""
        found[name] = stream.config
        for consumer in await js.consumers_info(name):
            found[f"{name}/{consumer.name}"] = consumer.config
    return found


async def _noted(worker: Worker, word: str) -> bool:
    return word in worker.notes


async def _alive(worker: Worker) -> bool:
    return (await worker.answers("/live"))[0] == 200
