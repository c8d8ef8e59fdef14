"""Everything that one running simulator knows."""

import asyncio
from datetime import UTC, datetime
from random import Random

from services.simulator.chance import seeded
from services.simulator.clock import Clock
from services.simulator.discord.messages import Inbox
from services.simulator.discord.rates import Buckets
from services.simulator.ebay.auth import Tokens
from services.simulator.ebay.payloads import Renderer
from services.simulator.ebay.quota import Quota
from services.simulator.faults import Faults
from services.simulator.market import Market, Pace
from services.simulator.metrics import Metrics
from services.simulator.products import standard_catalogue
from services.simulator.settings import SimulatorSettings

TICK_S = 0.25


class World:
    """The clock, the market behind eBay, the inbox behind Discord, and the faults in between."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.clock = Clock(settings.speed, opens_at=settings.opens_at)
        pace = Pace(settings.backlog, settings.arrival_every_s, settings.first_deal_after_s, settings.deal_every_s)
        self.catalogue = standard_catalogue()
        self._market = Market(settings.seed, self.catalogue, opens_at=self.clock.market_opens_at, pace=pace)
        self.renderer = Renderer(self.clock)
        self.tokens = Tokens(settings.token_ttl_s)
        self.quota = Quota(settings.daily_quota, self.clock.simulated_now)
        self.inbox = Inbox()
        self.buckets = Buckets(settings.webhook_limit, settings.webhook_window_s)
        self.metrics = Metrics()
        self.faults = Faults()
        self.dice: Random = seeded(settings.seed, "faults")

    @property
    def market(self) -> Market:
        """The market as of now."""
        self._market.advance_to(self.clock.offset_s())
        return self._market

    def set_faults(self, faults: Faults) -> None:
        """Replace the whole profile and throw the dice anew, so that a run can be repeated."""
        self.faults = faults
        self.dice = seeded(self.settings.seed, "faults")
        self.quota.limit = self.settings.daily_quota if faults.ebay.daily_quota is None else faults.ebay.daily_quota
        self.tokens.ttl_s = faults.ebay.token_ttl_s or self.settings.token_ttl_s

    def strikes(self, share: float) -> bool:
        """Draw whether a fault of this share happens now; a fault that is off draws nothing."""
        return share > 0 and self.dice.random() < share

    def quota_reset_on_the_wire(self) -> datetime:
        offset = (self.quota.resets_at - self.clock.market_opens_at).total_seconds()
        return self.clock.on_the_wire(offset).astimezone(UTC)

    async def keep_moving(self) -> None:
        """Move the market between requests, so that no request pays for a long silence."""
        while True:
            market = self.market
            self.metrics.watch(market, self.inbox)
            await asyncio.sleep(TICK_S)
