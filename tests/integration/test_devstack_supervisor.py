"""The supervisor starts in order, keeps running, and leaves nothing behind. The services here are stand-ins."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import nats
import pytest

from libs.devstack.logs import LogFile
from libs.devstack.processes import is_alive, start_watchdog
from libs.devstack.scratch import FolderLock, scratch_folder, sweep
from libs.devstack.stack import SERVICES, StackSettings, build
from libs.devstack.supervisor import RUN_FILE, Supervisor
from libs.devstack.unit import Unit, answers_ready
from tests.support.stack import running_stack

ROOT = Path(__file__).parents[2]

STAND_IN = """
import http.server, json, os, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({k: v for k, v in os.environ.items() if k.startswith("DEALSTREAM_")}).encode()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
print("serving", flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["DEALSTREAM_HEALTH_PORT"])), Health).serve_forever()
"""


@pytest.fixture
def stand_in(tmp_path):
    """Builds the command of a service that only answers /ready, with its environment."""
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    return lambda name: lambda: [sys.executable, str(script), name]


def script_unit(name: str, code: str, **more) -> Unit:
    return Unit(name=name, command=lambda: [sys.executable, "-c", code], environment=os.environ, **more)


async def eventually(holds, timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def test_a_killed_service_and_killed_servers_come_back_at_their_addresses(tmp_path, stand_in):
    async with running_stack(tmp_path / "data", services=("poller", "scorer"), command=stand_in) as stack:
        before = {name: stack.pid(name) for name in ("scorer", "nats", "postgres", "poller")}
        addresses = (stack.nats_url(), stack.database_url, stack.health_url("scorer"))
        for name in ("scorer", "nats", "postgres"):
            await stack.kill(name)
            await stack.wait_ready(name)

        after = {name: stack.pid(name) for name in before}
        client = await nats.connect(stack.nats_url("scorer"))
        await client.close()
        assert await answers_ready(int(stack.health_url("scorer").rsplit(":", 1)[1]))
    assert (stack.nats_url(), stack.database_url, stack.health_url("scorer")) == addresses
    assert [name for name in before if before[name] == after[name]] == ["poller"]
    assert not any(is_alive(pid) for pid in (*before.values(), *after.values()))
    assert not (tmp_path / "data").exists()


async def test_streams_are_provisioned_and_come_back_after_the_store_is_lost(tmp_path, stand_in):
    async with running_stack(tmp_path / "data", services=("scorer",), command=stand_in) as stack:
        client = await nats.connect(stack.nats_url())
        first = {info.config.name for info in await client.jetstream().streams_info()}
        await client.close()
        await stack.wipe_jetstream()
        client = await nats.connect(stack.nats_url())
        deadline = time.monotonic() + 20
        again = set()
        while again != first and time.monotonic() < deadline:
            again = {info.config.name for info in await client.jetstream().streams_info()}
            await asyncio.sleep(0.1)
        await client.close()
    assert {"LISTING_SEEN", "LISTING_SCORED", "ALERTS"} <= first
    assert again == first


async def test_every_service_gets_its_own_address_and_the_simulated_marketplaces(tmp_path, stand_in):
    services = ("simulator", "poller", "notifier", "api")
    async with running_stack(tmp_path / "data", services=services, command=stand_in) as stack:
        async with httpx.AsyncClient() as http:
            environment = {name: (await http.get(stack.health_url(name))).json() for name in services}
        simulator = stack.simulator_url
        console = stack.console_url
        poller_url = stack.nats_url("poller")
    port = simulator.rsplit(":", 1)[1]
    assert environment["simulator"]["DEALSTREAM_SIMULATOR_PORT"] == port
    assert environment["poller"]["DEALSTREAM_EBAY_URL"] == simulator
    assert environment["poller"]["DEALSTREAM_EBAY_CLIENT_ID"] == "simulator"
    assert environment["poller"]["DEALSTREAM_NATS_URL"] == poller_url
    assert environment["notifier"]["DEALSTREAM_DISCORD_WEBHOOK_URL"] == f"{simulator}/api/webhooks/1/simulator"
    assert environment["notifier"]["DEALSTREAM_ALLOWED_HOSTS"] == f"127.0.0.1:{port}"
    assert console == f"http://127.0.0.1:{environment['api']['DEALSTREAM_PORT']}/"


def test_real_credentials_leave_the_simulator_out(tmp_path):
    stack = build(
        StackSettings(data_dir=tmp_path, nats_url="nats://bus:4222", ebay_client_id="live", services=SERVICES),
        environment={},
    )

    names = [unit.name for unit in stack.units]
    poller = next(unit for unit in stack.units if unit.name == "poller")
    assert "simulator" not in names
    assert "nats" not in names
    assert "DEALSTREAM_EBAY_URL" not in poller.environment
    assert poller.environment["DEALSTREAM_NATS_URL"] == "nats://bus:4222"


async def test_a_unit_starts_only_after_those_it_depends_on(tmp_path):
    trail = tmp_path / "trail"
    note = f"import time; time.sleep({{delay}}); open({str(trail)!r}, 'a').write('{{name}} ')"
    units = [
        script_unit("slow", note.format(delay=0.4, name="slow"), one_shot=True),
        script_unit("quick", note.format(delay=0, name="quick"), one_shot=True, after=("slow",)),
    ]
    supervisor = Supervisor(units, tmp_path)
    supervisor.start()
    await eventually(lambda: supervisor.is_ready)
    await supervisor.stop()
    assert trail.read_text() == "slow quick "


async def test_a_failing_process_is_started_again_ever_later(tmp_path):
    supervisor = Supervisor([script_unit("broken", "import time; print(time.time()); raise SystemExit(3)")], tmp_path)
    supervisor.start()
    await eventually(lambda: supervisor["broken"].restarts >= 3)
    state = json.loads((tmp_path / RUN_FILE).read_text())["processes"]["broken"]
    await supervisor.stop()
    log = (tmp_path / "logs" / "broken.log").read_text().splitlines()
    starts = [float(line) for line in log if not line.startswith("[")]
    assert state["exit_code"] == 3
    assert log[1] == "[supervisor] broken ended with exit code 3"
    assert starts[2] - starts[1] > starts[1] - starts[0] > 0.1


async def test_a_preparation_that_fails_is_tried_again(tmp_path):
    tries = []

    async def prepare() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("the database is starting up")

    supervisor = Supervisor([script_unit("late", "print('ran')", one_shot=True, prepare=prepare)], tmp_path)
    supervisor.start()
    await eventually(lambda: supervisor.is_ready)
    await supervisor.stop()
    assert (tmp_path / "logs" / "late.log").read_text().splitlines() == [
        "[supervisor] late cannot run: the database is starting up",
        "[supervisor] late cannot run: the database is starting up",
        "ran",
        "[supervisor] late ended with exit code 0",
    ]


async def test_a_process_that_ignores_the_request_to_end_is_killed_after_its_grace(tmp_path):
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    supervisor = Supervisor([script_unit("deaf", code, grace_s=0.3)], tmp_path)
    supervisor.start()
    await eventually(lambda: "deaf" in (tmp_path / "logs/deaf.log").read_text() if supervisor.is_ready else False)
    pid = supervisor["deaf"].pid
    began = time.monotonic()
    await supervisor.stop()
    assert 0.3 <= time.monotonic() - began < 5
    assert not is_alive(pid)


async def test_dependants_end_before_what_they_depend_on(tmp_path):
    trail = tmp_path / "trail"
    code = (
        "import signal, sys, time\n"
        f"def end(*_): time.sleep(0.2); open({str(trail)!r}, 'a').write('{{name}} '); sys.exit()\n"
        "signal.signal(15, end); print('up', flush=True); time.sleep(60)"
    )
    units = [
        script_unit("below", code.format(name="below")),
        script_unit("above", code.format(name="above"), after=("below",)),
    ]
    supervisor = Supervisor(units, tmp_path)
    supervisor.start()
    logs = [tmp_path / "logs" / f"{name}.log" for name in ("below", "above")]
    await eventually(lambda: all(log.exists() and "up" in log.read_text() for log in logs))
    await supervisor.stop()
    assert trail.read_text() == "above below "


async def test_the_state_file_is_for_its_owner_only(tmp_path):
    supervisor = Supervisor([script_unit("one", "import time; time.sleep(60)")], tmp_path)
    supervisor.start()
    await eventually(lambda: supervisor.is_ready)
    mode = stat.S_IMODE((tmp_path / RUN_FILE).stat().st_mode)
    await supervisor.stop()
    assert mode == 0o600


def test_nothing_is_left_when_the_owner_of_the_servers_is_killed(tmp_path):
    code = (
        "import time\nfrom libs.devstack.nats import NatsServer\nfrom libs.devstack.postgres import PostgresServer\n"
        "from libs.devstack.scratch import scratch_folder\n"
        "with scratch_folder() as folder:\n"
        "    nats, postgres = NatsServer(folder / 'n').start(), PostgresServer(folder / 'p', fast=True).start()\n"
        "    print(folder, nats.pid, postgres.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    folder, *pids = owner.stdout.readline().split()
    assert all(is_alive(int(pid)) for pid in pids)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    _gone(pids)
    sweep()
    assert not Path(folder).exists()


def test_a_living_owner_keeps_its_scratch_folder():
    with scratch_folder() as folder:
        sweep()
        assert FolderLock(folder).is_held()
    assert not folder.exists()


def test_the_watchdog_of_systems_without_a_death_signal_ends_an_orphan():
    child = subprocess.Popen(["sleep", "60"])
    code = (
        "import os, signal, sys, time\nfrom libs.devstack.processes import start_watchdog\n"
        f"start_watchdog({child.pid}, signal.SIGTERM); print('watching', flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    owner.stdout.readline()
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert child.wait(10) == -signal.SIGTERM


def test_a_released_watchdog_harms_nobody():
    child = subprocess.Popen(["sleep", "60"])
    watchdog = start_watchdog(child.pid, signal.SIGTERM)
    watchdog.kill()
    watchdog.communicate()
    time.sleep(0.2)
    alive = child.poll() is None
    child.kill()
    child.wait()
    assert alive


def test_a_full_log_is_put_aside(tmp_path):
    with LogFile(tmp_path / "scorer.log", limit_bytes=10) as log:
        for line in (b"first line", b"second line"):
            log.write(line)
    assert (tmp_path / "scorer.log").read_text() == "second line\n"
    assert (tmp_path / "scorer.log.1").read_text() == "first line\n"


def _gone(pids: list[str]) -> None:
    deadline = time.monotonic() + 10
    while any(is_alive(int(pid)) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.05)
