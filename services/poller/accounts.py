"""A marketplace account of ours: who asks, and the ledger of its calls."""

from dataclasses import dataclass

from libs.http.client import HttpClient
from libs.storage.pool import Pool
from services.poller.planner import SEARCH_PART
from services.poller.quota import PostgresQuota, QuotaBlock
from services.poller.readback import ReadBack
from services.poller.settings import PollerSettings
from services.poller.sources.ebay.source import EbayOptions, EbaySource

LOOKS_PART = 1 - SEARCH_PART
LOOKS_SHARE = 0.75
"""Looking at known listings stops at this share of the calls; the searches go on."""


@dataclass(frozen=True, slots=True)
class EbayAccount:
    """eBay, asked by one credential."""

    source: EbaySource
    ledger: PostgresQuota
    read_back: ReadBack
    blocks: tuple[QuotaBlock, ...]

    async def give_back(self) -> None:
        """Return the calls that were taken and not needed."""
        for block in self.blocks:
            await block.give_back()


def ebay_account(settings: PollerSettings, pool: Pool, http: HttpClient) -> EbayAccount | None:
    """The account of the settings; ``None`` where they name none."""
    if not settings.ebay_client_id:
        return None
    credential, limit = f"ebay:{settings.ebay_client_id}", settings.ebay_daily_calls
    ledger = PostgresQuota(pool, credential, limit)
    searches = QuotaBlock(ledger, settings.ebay_call_block)
    looks = QuotaBlock(PostgresQuota(pool, credential, limit, share=LOOKS_SHARE), settings.ebay_call_block)
    options = EbayOptions(settings.ebay_client_id, settings.ebay_client_secret, settings.ebay_url)
    source = EbaySource(http, options, searches, looks)
    return EbayAccount(source, ledger, ReadBack(source.rate_limit, ledger), (searches, looks))
