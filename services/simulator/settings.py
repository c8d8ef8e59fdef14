"""Settings of the simulator, read from the environment."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

type Port = Annotated[int, Field(ge=0, le=65535)]
type Seconds = Annotated[float, Field(gt=0)]


class SimulatorSettings(BaseSettings):
    """Seconds of the market are simulated; those of tokens and webhooks are real.

    `public_url` is where browsers find pictures and item pages when it is not where the services ask.
    """

    model_config = SettingsConfigDict(env_prefix="DEALSTREAM_SIMULATOR_")

    host: str = "127.0.0.1"
    port: Port = 8390
    public_url: str | None = None
    health_port: Port | None = Field(default=None, validation_alias="DEALSTREAM_HEALTH_PORT")
    seed: int = 7
    speed: Annotated[float, Field(ge=0, le=100_000)] = 600.0
    opens_at: datetime | None = None
    backlog: Annotated[int, Field(ge=0, le=200_000)] = 2600
    arrival_every_s: Seconds = 300.0
    first_deal_after_s: Seconds = 11_000.0
    deal_every_s: Seconds = 27_000.0
    daily_quota: Annotated[int, Field(ge=1)] = 5000
    token_ttl_s: Seconds = 7200.0
    webhook_limit: Annotated[int, Field(ge=1)] = 5
    webhook_window_s: Seconds = 2.0
