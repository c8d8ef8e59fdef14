"""Poller settings."""

from pydantic import Field, SecretStr

from libs.runtime.settings import DatabaseSettings


class PollerSettings(DatabaseSettings):
    """Who asks eBay, how often, and when an open sighting is sent again."""

    ebay_url: str = "https://api.ebay.com"
    ebay_client_id: str = ""
    ebay_client_secret: SecretStr = SecretStr("")
    ebay_daily_calls: int = Field(default=5000, ge=1)
    """eBay's default for one application; its analytics correct it."""
    ebay_call_block: int = Field(default=10, ge=1)
    """Calls a process takes from the shared budget at once; it gives back what it did not need when it stops."""
    poll_every_s: float = Field(default=60.0, gt=0)
    """The shortest time between two polls of a search; what it yields and the quota decide the rest."""
    poll_at_least_every_s: float = Field(default=14_400.0, gt=0)
    """The longest time, unless the quota does not last."""
    poll_idle_s: float = Field(default=1.0, gt=0)
    """Pause between looks for a search that is due."""
    first_run_pages: int = Field(default=5, ge=1)
    pages: int = Field(default=10, ge=1)
    search_lease_s: float = Field(default=120.0, gt=0)
    """A search whose poller died is asked by another after this long."""
    inspect_every_s: float = Field(default=60.0, gt=0)
    inspect_batch: int = Field(default=5, ge=0)
    """Known listings looked at again each time, as far as the quota allows; 0 turns it off."""
    look_soonest_s: float = Field(default=7200.0, gt=0)
    """A listing without an end is looked at again after a quarter of its age, not sooner than this."""
    sweep_every_s: float = Field(default=15.0, gt=0)
    sweep_after_s: float = Field(default=120.0, gt=0)
    """An open sighting is sent again after this long, then after twice as long, and so on."""
    sweep_tries: int = Field(default=8, ge=1)
    keep_days: int = Field(default=30, ge=1)
    """Settled sightings are forgotten after this; the streams keep events as long."""
