"""The query model in PostgreSQL: one statement a table and batch, each safe to repeat."""

from collections.abc import Sequence

from libs.contracts.alert import AlertDelivered, AlertRaised
from libs.contracts.baseline import BaselineUpdated
from libs.contracts.listing import ListingEnded, ListingScored
from libs.storage.pool import Pool
from services.catalog.rows import alert_row, baseline_row, delivery_row, document, ending_row, listing_row, price_row

_KEPT = ("listing_id", "first_seen_at")
_COLUMNS = """
listing_id, sighting_id, source, marketplace, vertical, title, component_type, product_key, condition, stratum,
quantity, currency, asking_minor, shipping_minor, bid_count, unit_minor, base_currency, score, verdict, confidence,
saving_minor, saving_percent, seller_name, seller_feedback_score, seller_feedback_percent, seller_top_rated,
condition_text, country, url, image_url, buying_options, variations, quantity_available, listed_at, ends_at,
first_seen_at, observed_at, scored_at, previous, aspects, attributes, product, price, judgement, extractor_version
""".replace("\n", " ").strip()

PUT_LISTINGS = f"""
insert into listings as l ({_COLUMNS})
select {_COLUMNS.replace("first_seen_at", "observed_at")}
from jsonb_populate_recordset(null::listings, $1::text::jsonb) order by listing_id
on conflict (listing_id) do update set
    {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ") if name not in _KEPT)},
    status = 'active', ended_at = null, end_reason = null
where (excluded.observed_at, excluded.scored_at) > (l.observed_at, l.scored_at)
"""  # noqa: S608 - names of columns, no data

PUT_PRICES = """
insert into price_points (listing_id, at, asking_minor, shipping_minor, currency, unit_minor, base_currency, score)
select i.listing_id, i.at, i.asking_minor, i.shipping_minor, i.currency, i.unit_minor, i.base_currency, i.score
from (
    select *, row_number() over (partition by listing_id order by at) = 1 as is_first
    from jsonb_populate_recordset(null::price_points, $1::text::jsonb)
) i
left join lateral (
    select * from price_points p where i.is_first and p.listing_id = i.listing_id and p.at < i.at
    order by p.at desc limit 1
) before on true
where before.listing_id is null or (before.asking_minor, before.shipping_minor, before.unit_minor)
    is distinct from (i.asking_minor, i.shipping_minor, i.unit_minor)
on conflict do nothing
"""

PUT_PRODUCTS_SEEN = """
insert into products as p (product_key, vertical, component_type)
select distinct on (product_key) product_key, vertical, component_type
from jsonb_populate_recordset(null::products, $1::text::jsonb) order by product_key
on conflict (product_key) do update set vertical = excluded.vertical, component_type = excluded.component_type
where p.component_type is null
"""

APPLY_ENDINGS = """
update listings l set status = 'ended', ended_at = e.ended_at, end_reason = e.reason
from endings e
where l.listing_id = any($1) and e.listing_id = l.listing_id
    and l.status = 'active' and e.ended_at >= l.observed_at
"""

PUT_ENDINGS = """
insert into endings as e (listing_id, ended_at, reason)
select listing_id, ended_at, reason from jsonb_populate_recordset(null::endings, $1::text::jsonb) order by listing_id
on conflict (listing_id) do update set ended_at = excluded.ended_at, reason = excluded.reason
where excluded.ended_at > e.ended_at
"""

PUT_BASELINES = """
insert into products as p (product_key, currency, version, computed_at, strata)
select product_key, currency, version, computed_at, strata
from jsonb_populate_recordset(null::products, $1::text::jsonb) order by product_key
on conflict (product_key) do update set
    currency = excluded.currency, version = excluded.version,
    computed_at = excluded.computed_at, strata = excluded.strata
where excluded.version > p.version
"""

PUT_ALERTS = """
insert into alerts select * from jsonb_populate_recordset(null::alerts, $1::text::jsonb)
on conflict (alert_id) do nothing
"""

PUT_DELIVERIES = """
insert into deliveries as d select * from jsonb_populate_recordset(null::deliveries, $1::text::jsonb)
order by alert_id, channel
on conflict (alert_id, channel) do update set
    state = excluded.state, attempt = excluded.attempt, message_id = excluded.message_id,
    reason = excluded.reason, at = excluded.at
where (excluded.attempt, excluded.at) > (d.attempt, d.at)
"""

ERASE_SELLERS = """
update listings set seller_name = null, seller_feedback_score = null, seller_feedback_percent = null,
    seller_top_rated = false,
    judgement = jsonb_set(judgement, '{contributions}', coalesce((
        select jsonb_agg(case each ->> 'factor' when 'seller'
            then each || '{"reason": "the seller closed their account"}' else each end order by position)
        from jsonb_array_elements(judgement -> 'contributions') with ordinality as t (each, position)), '[]'))
where listing_id = any($1::text[])
"""


class PostgresProjections:
    """The adapter the catalog stores with."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put_listings(self, newest: Sequence[ListingScored], prices: Sequence[ListingScored]) -> None:
        """Store listings, then look for their endings.

        The listing is committed before the look and an ending before its own, so that whichever of
        the two comes second, in whichever process, sees the other.
        """
        rows = [listing_row(event) for event in newest]
        products = [
            {key: row[key] for key in ("product_key", "vertical", "component_type")}
            for row in rows
            if row["product_key"] is not None
        ]
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                await connection.execute(PUT_LISTINGS, document(rows))
                await connection.execute(PUT_PRICES, document(map(price_row, prices)))
                if products:
                    await connection.execute(PUT_PRODUCTS_SEEN, document(products))
            await connection.execute(APPLY_ENDINGS, [row["listing_id"] for row in rows])

    async def erase_sellers(self, listing_ids: Sequence[str]) -> None:
        await self._pool.execute(ERASE_SELLERS, listing_ids)

    async def put_endings(self, ended: Sequence[ListingEnded]) -> None:
        async with self._pool.acquire() as connection:
            await connection.execute(PUT_ENDINGS, document(map(ending_row, ended)))
            await connection.execute(APPLY_ENDINGS, [event.listing_id for event in ended])

    async def put_baselines(self, rows: Sequence[BaselineUpdated]) -> None:
        await self._pool.execute(PUT_BASELINES, document(map(baseline_row, rows)))

    async def put_alerts(self, raised: Sequence[AlertRaised]) -> None:
        await self._pool.execute(PUT_ALERTS, document(map(alert_row, raised)))

    async def put_deliveries(self, delivered: Sequence[AlertDelivered]) -> None:
        await self._pool.execute(PUT_DELIVERIES, document(map(delivery_row, delivered)))
