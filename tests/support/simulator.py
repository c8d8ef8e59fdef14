"""Runs the simulator on a free port, in a thread of the test process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from services.simulator.server import bind, create_server
from services.simulator.settings import SimulatorSettings


@contextmanager
def running_simulator(**settings: object) -> Iterator[str]:
    """Yield the base URL of a simulator that is ready; it stops, and forgets, when the block ends."""
    listening = bind("127.0.0.1", 0)
    server = create_server(SimulatorSettings.model_validate(settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


def _wait_until_started(server: object, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 20
    while not getattr(server, "started", False):
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the simulator did not start within 20 s")
        time.sleep(0.01)


def application_token(client: httpx.Client) -> str:
    """Answer a fresh application token of the simulator's one client."""
    answer = client.post(
        "/identity/v1/oauth2/token",
        auth=("simulator", "simulator"),
        data={"grant_type": "client_credentials", "scope": "https://api.ebay.com/oauth/api_scope"},
    )
    return str(answer.raise_for_status().json()["access_token"])
