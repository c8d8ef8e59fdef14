"""What must hold when the dust has settled, whatever was killed."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from cli.audit import audit, report
from tests.support.market import Market, alerts_in
from tests.support.stack import RunningStack

TOLD = """
select a.alert_id, a.owner_id, a.listing_id, d.state, array_agg(m.watch_id) as watches
from notifier.alerts a join notifier.deliveries d using (alert_id) left join notifier.matches m using (alert_id)
group by a.alert_id, a.owner_id, a.listing_id, d.state
"""

SHOWN = "select listing_id, score, verdict from catalog.listings"

JUDGED_COLD = """
select l.listing_id, l.product_key, l.stratum, l.scored_at from catalog.listings l
where l.verdict = 'not_enough_evidence' and l.condition <> 'for_parts' and l.unit_minor is not null
    and not 'AUCTION' = any(l.buying_options) and exists (
    select from baseliner.baselines b cross join lateral jsonb_array_elements(b.strata) s
    where b.product_key = l.product_key and b.computed_at < l.scored_at - interval '30 s'
        and s ->> 'stratum' = l.stratum and (s ->> 'n')::int >= 10
)
"""
"""Judged without evidence although there had been enough of it for longer than a crash may hold it up.

The running bid of an auction is judged against nothing.
"""


@dataclass(frozen=True)
class Outcome:
    """What became of the listings of a run, and of the alerts they raised."""

    told: list[asyncpg.Record]
    shown: dict[str, asyncpg.Record]
    judged_cold: list[asyncpg.Record]
    messages: Counter[UUID]

    @property
    def states(self) -> Counter[str]:
        return Counter(row["state"] for row in self.told)

    @property
    def heard(self) -> set[tuple[str, str]]:
        """Who was told of which listing."""
        return {(row["owner_id"], row["listing_id"]) for row in self.told}


async def outcome_of(stack: RunningStack, market: Market) -> Outcome:
    database = await asyncpg.connect(stack.database_url)
    try:
        return Outcome(
            told=await database.fetch(TOLD),
            shown={row["listing_id"]: row for row in await database.fetch(SHOWN)},
            judged_cold=await database.fetch(JUDGED_COLD),
            messages=Counter(alerts_in(await market.messages())),
        )
    finally:
        await database.close()


async def assert_audit_is_empty(stack: RunningStack) -> None:
    assert report(await audit(stack.database_url, stack.nats_url())) == []


def assert_nothing_lost(outcome: Outcome, found: Collection[str]) -> None:
    """Every listing the searches find was judged and is shown."""
    missing = sorted(set(found) - outcome.shown.keys())
    assert missing == [], f"{len(missing)} of {len(found)} listings never arrived"
    assert [dict(row) for row in outcome.judged_cold[:5]] == []


def assert_everybody_told(outcome: Outcome, owners: Collection[str], threshold: float) -> None:
    """Every deal raised an alert for every owner."""
    deals = {
        row["listing_id"]
        for row in outcome.shown.values()
        if row["score"] >= threshold and row["verdict"] != "not_enough_evidence"
    }
    unheard = sorted({(owner, listing_id) for owner in owners for listing_id in deals} - outcome.heard)
    assert unheard == [], f"{len(unheard)} alerts are missing"


def assert_told_once(outcome: Outcome) -> None:
    """A confirmed delivery is one message, an unknown one at most one, and no message is without its alert."""
    states = {row["alert_id"]: row["state"] for row in outcome.told}
    assert set(states.values()) <= {"confirmed", "unknown"}
    assert set(outcome.messages) <= set(states)
    wrong = [
        f"{alert_id} is {state} and came {outcome.messages[alert_id]} times"
        for alert_id, state in states.items()
        if outcome.messages[alert_id] > 1 or (outcome.messages[alert_id] == 0 and state == "confirmed")
    ]
    assert wrong == []
    by_watch = Counter((watch, row["listing_id"]) for row in outcome.told for watch in row["watches"])
    assert [pair for pair, count in by_watch.items() if count > 1] == []
