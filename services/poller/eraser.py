"""Forget who offered what, when a marketplace closed their account."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from libs.contracts.envelope import stable_id
from libs.contracts.work import ErasureRequested, SellerErased
from libs.messaging.publisher import Outgoing, Publisher
from libs.storage.pool import Pool

PAGE = 500

OFFERED = """
select listing_id from known
where listing #>> '{seller,name}' is not null and seller_digest(listing) = any($1::text[])
    and starts_with(listing_id, $2 || ':')
order by listing_id
"""

ERASE_KNOWN = "update known set listing = listing - 'seller' where listing_id = any($1::text[])"

ERASE_SIGHTINGS = "update sightings set event = event #- '{listing,seller}' where listing_id = any($1::text[])"


class Eraser:
    """The use case: tell everybody which listings they were, then forget it here.

    Told before forgotten: a crash in between only tells it again.
    """

    def __init__(self, pool: Pool, publisher: Callable[[], Publisher]) -> None:
        self._pool = pool
        self._publisher = publisher

    async def erase(self, batch: Sequence[ErasureRequested]) -> None:
        for request in batch:
            rows = await self._pool.fetch(OFFERED, request.seller_digests, request.source)
            listing_ids = [row["listing_id"] for row in rows]
            if listing_ids:
                await self._publisher().publish([Outgoing(each) for each in _told(request, listing_ids)])
                await self._forget(listing_ids)

    async def _forget(self, listing_ids: Sequence[str]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ERASE_KNOWN, listing_ids)
            await connection.execute(ERASE_SIGHTINGS, listing_ids)


def _told(request: ErasureRequested, listing_ids: Sequence[str]) -> Iterator[SellerErased]:
    for begin in range(0, len(listing_ids), PAGE):
        page = tuple(listing_ids[begin : begin + PAGE])
        yield SellerErased(
            event_id=stable_id(SellerErased.subject, str(request.event_id), *page),
            occurred_at=datetime.now(UTC),
            cause_id=request.event_id,
            listing_ids=page,
        )
