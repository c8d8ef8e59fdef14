"""Faults that the operator switches on: how often each marketplace or Discord answer goes wrong, drawn from a seed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

type Share = Annotated[float, Field(ge=0, le=1)]
type Delay = Annotated[float, Field(ge=0, le=60)]


class _Profile(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class EbayFaults(_Profile):
    """Shares of Browse calls; `slow_s` is how long the `slow` share of them waits."""

    too_many: Share = Field(default=0.0, alias="429")
    broken: Share = Field(default=0.0, alias="500")
    html: Share = 0.0
    unauthorized: Share = 0.0
    slow: Share = 1.0
    slow_s: Delay = 0.0
    token_broken: Share = 0.0
    daily_quota: Annotated[int, Field(ge=0)] | None = None
    token_ttl_s: Annotated[float, Field(gt=0)] | None = None


class DiscordFaults(_Profile):
    """Shares of message posts; "written then" means that the message is stored whatever the client sees."""

    too_many: Share = Field(default=0.0, alias="429")
    broken: Share = Field(default=0.0, alias="500")
    written_then_dropped: Share = 0.0
    written_then_slow: Share = 0.0
    written_then_slow_s: Delay = 4.0
    written_then_broken: Share = Field(default=0.0, alias="written_then_500")
    slow: Share = 1.0
    slow_s: Delay = 0.0
    gone: bool = False


class Faults(_Profile):
    ebay: EbayFaults = EbayFaults()
    discord: DiscordFaults = DiscordFaults()
