"""The query model as the API asks it: a statement a question."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from libs.domain.scoring import WARM_FROM
from libs.storage.pool import Pool
from services.api.cursors import decode_cursor, encode_cursor
from services.api.problems import ProblemError
from services.api.reading.filters import SORTS, AlertFilter, Conditions, ListingFilter, listing_conditions
from services.api.reading.models import (
    AlertPage,
    AlertView,
    Deal,
    DealPage,
    DeliveryView,
    ListingDetail,
    ListingPage,
    ListingSummary,
    Overview,
    PricePoint,
    ProductView,
)

SUMMARY = """
listing_id, source, marketplace, vertical, title, component_type, product_key, condition, condition_text, quantity,
currency, asking_minor, shipping_minor, bid_count, unit_minor, base_currency, score, verdict, confidence, saving_minor,
saving_percent, judgement->'baseline' as baseline, seller_name, seller_feedback_score, seller_feedback_percent,
seller_top_rated, country, url, image_url, buying_options, variations, quantity_available, attributes, status,
listed_at, ends_at, first_seen_at, observed_at
"""

DETAIL = f"""
select {SUMMARY}, sighting_id, stratum, product->'attributes' as product_attributes, product->'conflicts' as conflicts,
    judgement->'contributions' as contributions, price, previous, aspects, extractor_version, scored_at, ended_at,
    end_reason
from listings where listing_id = $1
"""  # noqa: S608 - names of columns, no data

HISTORY = """
select at, asking_minor, shipping_minor, currency, unit_minor, base_currency, score
from price_points where listing_id = $1 order by at desc limit 1000
"""

ALERTS = """
select a.*, coalesce((
    select jsonb_agg(jsonb_build_object('channel', channel, 'state', state, 'attempt', attempt,
        'message_id', message_id, 'reason', reason, 'at', at) order by channel)
    from deliveries d where d.alert_id = a.alert_id), '[]') as delivered
from alerts a where {conditions}
order by raised_at desc, alert_id limit {limit}
"""

PRODUCT = """
select *, (select count(*) from listings l where l.product_key = p.product_key and status = 'active') listings_active,
    (select count(*) from listings l where l.product_key = p.product_key) listings_total
from products p where product_key = $1
"""

STATES = """
case {0} when 'pending' then cardinality(channels) > (select count(*) from deliveries d where d.alert_id = a.alert_id)
    else exists (select from deliveries d where d.alert_id = a.alert_id and d.state = {0}) end
"""


TOLD = """
select distinct a.listing_id, channel, coalesce(d.state, 'pending') as state
from alerts a cross join unnest(a.channels) as channel left join deliveries d using (alert_id, channel)
where a.listing_id = any($1) and not a.replayed order by channel, state
"""

OVERVIEW = """
select l.*, p.* from (
    select count(*) filter (where status = 'active') as listings_active,
        count(*) filter (where status = 'active' and verdict <> 'not_enough_evidence') as listings_judged,
        max(observed_at) as last_seen_at
    from listings
) l, (
    select count(*) as products, count(*) filter (where warm) as products_warm,
        coalesce(sum(observed), 0)::bigint as observations
    from (
        select coalesce(bool_or((s->>'n')::int >= $1), false) as warm, sum((s->>'n')::int) as observed
        from products left join jsonb_array_elements(strata) s on true group by product_key
    ) as each
) p
"""

COUNT_LIMIT = 1000


class Catalog:
    """Reads the schema ``catalog``; writes nothing."""

    def __init__(self, pool: Pool, base_currency: str) -> None:
        self.base_currency = base_currency
        self._pool = pool

    async def listings(self, given: ListingFilter, attributes: Sequence[tuple[str, str]] = ()) -> ListingPage:
        """One page; raises ``ProblemError`` (400) for a cursor of another list."""
        rows, next_cursor = await self._page(SUMMARY, given, attributes)
        return ListingPage(
            items=tuple(ListingSummary.model_validate(dict(row)) for row in rows), next_cursor=next_cursor
        )

    async def deals(self, given: ListingFilter) -> DealPage:
        """One page with reasons and alerts; raises ``ProblemError`` (400) for a cursor of another list."""
        rows, next_cursor = await self._page(f"{SUMMARY}, judgement->'contributions' as contributions", given, ())
        told = await self._told([row["listing_id"] for row in rows])
        items = (Deal.model_validate({**dict(row), "told": told.get(row["listing_id"], ())}) for row in rows)
        return DealPage(items=tuple(items), next_cursor=next_cursor)

    async def count(self, given: ListingFilter) -> int:
        """How many listings a filter lets through, counted up to ``COUNT_LIMIT``."""
        conditions = listing_conditions(given, (), self.base_currency)
        found: int = await self._pool.fetchval(
            f"select count(*) from (select from listings where {conditions.sql} limit {COUNT_LIMIT}) as found",  # noqa: S608 - conditions hold no data
            *conditions.arguments,
        )
        return found

    async def overview(self) -> Overview:
        row = await self._pool.fetchrow(OVERVIEW, WARM_FROM)
        return Overview.model_validate(dict(row or {}))

    async def _page(
        self, columns: str, given: ListingFilter, attributes: Sequence[tuple[str, str]]
    ) -> tuple[list[asyncpg.Record], str | None]:
        conditions = listing_conditions(given, attributes, self.base_currency)
        sort = SORTS[given.sort]
        if given.cursor is not None:
            key, listing_id = decode_cursor(given.cursor, given.sort, sort.kind)
            side = "<" if sort.descending else ">"
            here = sort.expression
            conditions.add(f"{here} {side}= {{0}} and ({here} {side} {{0}} or listing_id > {{1}})", key, listing_id)
        rows = await self._pool.fetch(
            f"select {columns}, {sort.expression} as sort_key from listings "  # noqa: S608 - conditions hold no data
            f"where {conditions.sql} order by {sort.order()} limit {given.limit + 1}",
            *conditions.arguments,
        )
        if len(rows) <= given.limit:
            return rows, None
        last = rows[given.limit - 1]
        return rows[: given.limit], encode_cursor(given.sort, last["sort_key"], last["listing_id"])

    async def _told(self, listing_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        told: dict[str, list[tuple[str, str]]] = {}
        for row in await self._pool.fetch(TOLD, listing_ids):
            told.setdefault(row["listing_id"], []).append((row["channel"], row["state"]))
        return told

    async def listing(self, listing_id: str) -> ListingDetail:
        """One listing with its history; raises ``ProblemError`` (404)."""
        row = await self._pool.fetchrow(DETAIL, listing_id)
        if row is None:
            raise ProblemError(404, f"no listing is called {listing_id[:120]!r}; an id looks like ebay:v1|2562188001|0")
        points = await self._pool.fetch(HISTORY, listing_id)
        history = tuple(PricePoint.model_validate(dict(each)) for each in reversed(points))
        return ListingDetail.model_validate({**dict(row), "price_history": history})

    async def alerts(self, given: AlertFilter) -> AlertPage:
        """One page, newest first; raises ``ProblemError`` (400) for a cursor of another list."""
        conditions = _alert_conditions(given)
        sql = ALERTS.format(conditions=conditions.sql, limit=given.limit + 1)
        rows = await self._pool.fetch(sql, *conditions.arguments)
        items, last = rows[: given.limit], rows[given.limit - 1] if len(rows) > given.limit else None
        return AlertPage(
            items=tuple(_alert(row) for row in items),
            next_cursor=encode_cursor("raised", last["raised_at"], str(last["alert_id"])) if last else None,
        )

    async def product(self, product_key: str) -> ProductView:
        """One product; raises ``ProblemError`` (404)."""
        row = await self._pool.fetchrow(PRODUCT, product_key)
        if row is None:
            raise ProblemError(
                404, f"no product is called {product_key[:120]!r}; a key looks like ram:ddr4:ecc_reg:32gb:2666"
            )
        return ProductView.model_validate(dict(row))


def _alert_conditions(given: AlertFilter) -> Conditions:
    conditions = Conditions()
    if given.state is not None:
        conditions.add(STATES.replace("{0}", "{0}::text"), given.state)
    if given.watch is not None:
        conditions.add("matches @> {0}", [{"watch_id": str(given.watch)}])
    if given.listing_id is not None:
        conditions.add("listing_id = {0}", given.listing_id)
    if given.since is not None:
        conditions.add("raised_at >= {0}", given.since)
    if given.cursor is not None:
        at, alert_id = decode_cursor(given.cursor, "raised", datetime)
        conditions.add("raised_at <= {0} and (raised_at < {0} or alert_id > {1})", at, _uuid(alert_id))
    return conditions


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ProblemError(400, "the cursor is not one this list gave; leave it out to start from the newest") from None


def _alert(row: asyncpg.Record) -> AlertView:
    known: dict[str, Any] = {each["channel"]: each for each in row["delivered"]}
    waiting = {"state": "pending", "attempt": 0, "message_id": None, "reason": None, "at": None}
    channels = [*row["channels"], *(each for each in known if each not in row["channels"])]
    deliveries = tuple(
        DeliveryView.model_validate({"channel": channel, **known.get(channel, waiting)}) for channel in channels
    )
    return AlertView.model_validate({**dict(row), "deliveries": deliveries})
