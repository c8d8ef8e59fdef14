"""Free loopback ports, and who holds one that is taken."""

import random
import shutil
import socket
import subprocess
from pathlib import Path

# Below every system's ephemeral range: a client that redials a dead loopback port inside that range
# can be given the very same port as its own and connect to itself.
_FIRST, _LAST = 20_000, 32_000
_issued: set[int] = set()


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        # Servers set it too; without it the connections of a server just stopped would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port nobody listens on, never the same twice in one process."""
    for _ in range(2_000):
        port = random.randrange(_FIRST, _LAST)  # noqa: S311 - spreading, not secrecy
        if port not in _issued and is_free(port):
            _issued.add(port)
            return port
    raise OSError(f"No free loopback port between {_FIRST} and {_LAST}.")


def holder(port: int) -> str | None:
    """The process that listens on a port, as `name (pid 12: command line)`; None where it cannot be told."""
    pid = _holder_from_proc(port) if Path("/proc/net/tcp").exists() else _holder_from_lsof(port)
    if pid is None:
        return None
    command = command_line(pid) or "?"
    return f"{Path(command.split(' ')[0]).name} (pid {pid}: {command[:120]})"


def command_line(pid: int) -> str | None:
    """The command line of a running process; None when there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    try:
        if proc.parent.parent.joinpath("self").exists():
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip() or None
        out = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return out.stdout.strip() or None


def _holder_from_proc(port: int) -> int | None:
    inodes = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net", table)
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in inodes for fd in (process / "fd").iterdir()):
                return int(process.name)
        except OSError:
            continue
    return None


def _holder_from_lsof(port: int) -> int | None:
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-t"]
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return int(out[0]) if out else None
