"""Locked folders: one owner at a time, and what a killed owner left behind is swept."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "dealstream-scratch-"


class FolderLock:
    """A folder's single owner; the kernel frees the lock when the owner dies, so it is never stale."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Become the owner; False when another process is."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def is_held(self) -> bool:
        """Whether any process owns the folder now."""
        if self._handle is not None:
            return True
        if not self._path.exists():
            return False
        probe = FolderLock(self._path.parent)
        if not probe.acquire():
            return True
        probe.release()
        return False


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder that is removed at the end, or swept by the next user when this process is killed."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # Servers that run as an unprivileged account must be able to pass.
    folder.chmod(0o711)
    lock = FolderLock(folder)
    lock.acquire()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def sweep() -> None:
    """Remove the scratch folders whose owner is dead."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        # Without a lock file its maker is between two lines of scratch_folder.
        if (folder / "lock").exists() and os.access(folder, os.W_OK) and not FolderLock(folder).is_held():
            shutil.rmtree(folder, ignore_errors=True)
