"""Write down that the handling of a suspect message began, to find the one that kills its process."""

from nats.js import JetStreamContext
from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from libs.messaging.topology import ATTEMPTS_BUCKET


class Attempts:
    """Unfinished starts by durable and sequence, in a key-value bucket that outlives the process."""

    def __init__(self, bucket: KeyValue) -> None:
        self._bucket = bucket

    @classmethod
    async def open(cls, js: JetStreamContext) -> "Attempts":
        return cls(await js.key_value(ATTEMPTS_BUCKET))

    async def begin(self, durable: str, sequence: int) -> int:
        """Note a start; return how many before it never ended."""
        key = f"{durable}.{sequence}"
        try:
            unfinished = int((await self._bucket.get(key)).value or b"0")
        except KeyNotFoundError:
            unfinished = 0
        await self._bucket.put(key, str(unfinished + 1).encode())
        return unfinished

    async def end(self, durable: str, sequence: int) -> None:
        await self._bucket.purge(f"{durable}.{sequence}")
