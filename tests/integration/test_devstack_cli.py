"""`python -m libs.devstack` as people call it, with the servers and without the services."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from libs.devstack.ports import free_port
from libs.devstack.processes import is_alive

ROOT = Path(__file__).parents[2]


class Cli:
    """Calls the command on a data folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DEALSTREAM_")}
        environment |= {"DEALSTREAM_DATA_DIR": str(self.folder), "DEALSTREAM_SERVICES": "none", "DEALSTREAM_PORT": "0"}
        command = [sys.executable, "-m", "libs.devstack", *arguments]
        return subprocess.run(
            command, env=environment | variables, cwd=ROOT, input=typed, capture_output=True, text=True, check=False
        )

    def state(self) -> dict:
        return json.loads((self.folder / "run.json").read_text())

    def pids(self) -> list[int]:
        state = self.state()
        return [state["pid"], *(one["pid"] for one in state["processes"].values() if one["pid"])]


@pytest.fixture
def devstack(tmp_path):
    cli = Cli(tmp_path / "data")
    yield cli
    cli("reset", "--yes")


def test_up_is_a_no_op_the_second_time_and_down_leaves_the_data_but_no_process(devstack):
    first = devstack("up")
    pids = devstack.pids()
    second = devstack("up")
    unchanged = devstack.pids() == pids
    shown = devstack("status")
    down = devstack("down")

    assert (first.returncode, second.returncode, shown.returncode, down.returncode) == (0, 0, 0, 0)
    assert "Up in" in first.stdout
    assert second.stdout == f"Already up: {_console(first.stdout)}\n"
    assert unchanged
    assert "postgres" in shown.stdout
    assert down.stdout == "Stopped.\n"
    assert_gone(pids)
    assert (devstack.folder / "postgres").exists()
    assert devstack("down").stdout == "Nothing runs.\n"
    assert devstack("status").returncode == 1


def test_up_works_right_after_the_supervisor_was_killed(devstack):
    devstack("up")
    before = devstack.pids()
    os.kill(before[0], signal.SIGKILL)
    again = devstack("up")
    after = devstack.pids()

    assert again.returncode == 0, again.stdout + again.stderr
    assert not set(before) & set(after)
    assert_gone(before)


def test_another_port_moves_the_console_and_keeps_the_data(devstack):
    devstack("up")
    port = str(free_port())
    moved = devstack("up", DEALSTREAM_PORT=port)

    assert moved.returncode == 0
    assert devstack.state()["console_url"] == f"http://127.0.0.1:{port}/"


def test_a_taken_port_is_reported_with_its_holder(devstack):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = devstack("up", DEALSTREAM_PORT=str(port))

    assert refused.returncode == 1
    assert f"Port {port} is taken by python" in refused.stderr
    assert f"(pid {os.getpid()}: " in refused.stderr
    assert f"DEALSTREAM_PORT={port + 1} make up" in refused.stderr


def test_a_failed_start_shows_the_log_of_the_culprit_and_leaves_nothing_running(devstack):
    closed = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    failed = devstack("up", DEALSTREAM_DATABASE_URL=closed)

    assert failed.returncode == 1
    assert "migrate does not start; its log ends with" in failed.stderr
    assert "[supervisor] migrate ended with exit code 1" in failed.stderr
    assert devstack("status").stdout == "Nothing runs; make up starts it.\n"


def test_reset_asks_and_deletes_only_what_is_ours(devstack):
    devstack("up")
    (devstack.folder / "notes.txt").write_text("mine")
    asked = devstack("reset", typed="n\n")
    kept = (devstack.folder / "postgres").exists()
    done = devstack("reset", "--yes")

    assert asked.returncode == 1
    assert kept
    assert done.returncode == 0
    assert [path.name for path in devstack.folder.iterdir()] == ["notes.txt"]


def test_logs_show_one_process_or_name_those_there_are(devstack):
    devstack("up")

    assert "Server is ready" in devstack("logs", "nats").stdout
    assert "postgres        │ " in devstack("logs").stdout
    unknown = devstack("logs", "scorrer")
    assert unknown.returncode == 1
    assert "There is no log of 'scorrer'; there are migrate, nats, postgres, provision" in unknown.stderr


def test_a_setting_that_makes_no_sense_is_named(devstack):
    refused = devstack("up", DEALSTREAM_PORT="eight", DEALSTREAM_SERVICES="scorrer")

    assert refused.returncode == 1
    assert "DEALSTREAM_PORT: Input should be a valid integer" in refused.stderr
    assert "DEALSTREAM_SERVICES: Value error, no service scorrer; there are simulator, poller" in refused.stderr


def test_in_the_foreground_the_logs_are_on_the_terminal_and_an_interrupt_ends_all(devstack):
    environment = os.environ | {
        "DEALSTREAM_DATA_DIR": str(devstack.folder),
        "DEALSTREAM_SERVICES": "none",
        "DEALSTREAM_PORT": "0",
    }
    command = [sys.executable, "-m", "libs.devstack", "up", "--foreground"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not ((devstack.folder / "run.json").exists() and devstack.state()["ready"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pids = devstack.pids()
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "nats            │ " in printed
    assert_gone(pids)


def assert_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 5
    # The supervisor has no parent left that would collect it at once.
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.05)


def _console(printed: str) -> str:
    return printed.split("The console: ")[1].split(maxsplit=1)[0]
