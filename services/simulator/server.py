"""Runs the simulator under uvicorn, quietly, on one or two ports."""

import signal
import socket
import sys
from types import FrameType

import uvicorn

from services.simulator.app import create_app
from services.simulator.settings import SimulatorSettings

GRACE_S = 2


def bind(host: str, port: int) -> socket.socket:
    """Take the port now, so that a port in use is told before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        advice = "Set DEALSTREAM_SIMULATOR_PORT to a free port."
        raise SystemExit(f"The simulator cannot listen on {host}:{port}: {error.strerror}. {advice}") from error
    return taken


def create_server(settings: SimulatorSettings) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(settings), access_log=False, log_level="warning", timeout_graceful_shutdown=GRACE_S, lifespan="on"
    )
    return uvicorn.Server(config)


def run(settings: SimulatorSettings) -> None:
    """Serve until SIGTERM or SIGINT.

    uvicorn stops gracefully and then raises the signal again for the handler it found; ours makes that an exit with 0.
    """
    signal.signal(signal.SIGTERM, _leave)
    ports = [settings.port] if settings.health_port in {None, settings.port} else [settings.port, settings.health_port]
    sockets = [bind(settings.host, port) for port in ports if port is not None]
    create_server(settings).run(sockets=sockets)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
