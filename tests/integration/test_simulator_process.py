"""The simulator as the process that a supervisor starts, asks and stops."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def start(**environment):
    return subprocess.Popen(
        [sys.executable, "-m", "services.simulator"],
        env=os.environ | {name: str(value) for name, value in environment.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until_ready(url, process):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the simulator was not ready within 30 s")


def test_it_serves_two_ports_says_one_line_and_stops_on_sigterm():
    port, health_port = free_port(), free_port()
    process = start(
        DEALSTREAM_SIMULATOR_PORT=port,
        DEALSTREAM_HEALTH_PORT=health_port,
        DEALSTREAM_SIMULATOR_BACKLOG=50,
        DEALSTREAM_SIMULATOR_PUBLIC_URL="http://shop.test",
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{health_port}", process)
        clock = httpx.get(f"http://127.0.0.1:{port}/simulator/clock").json()
        assert (clock["seed"], clock["speed"]) == (7, 600.0)
        assert "dealstream_simulator_active_listings" in httpx.get(f"http://127.0.0.1:{health_port}/metrics").text
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert stdout == ""
    assert stderr == f"The simulated eBay and Discord listen on http://127.0.0.1:{port}\n"


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(DEALSTREAM_SIMULATOR_PORT=taken.getsockname()[1], DEALSTREAM_SIMULATOR_BACKLOG=1)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "cannot listen on 127.0.0.1" in stderr
    assert "Set DEALSTREAM_SIMULATOR_PORT to a free port." in stderr
    assert "Traceback" not in stderr
