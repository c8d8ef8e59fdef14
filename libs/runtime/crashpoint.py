"""Named places where a process can be made to die, to prove that dying there does no harm."""

import os

VARIABLE = "DEALSTREAM_CRASH_AT"
KILLED = 137
"""The exit status of a process ended by SIGKILL, which this stands for."""


def crashpoint(name: str) -> None:
    """End the process at once, without any clean-up, where the environment names this place."""
    if os.environ.get(VARIABLE) == name:
        os._exit(KILLED)
