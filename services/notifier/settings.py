"""Notifier settings."""

from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from libs.runtime.settings import DatabaseSettings


class NotifierSettings(DatabaseSettings):
    """Where messages go, and how patiently they are delivered."""

    discord_webhook_url: SecretStr = SecretStr("")
    """Anybody who knows it can write into the channel; empty leaves Discord unconfigured."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts (``host`` or ``host:port``, separated by commas) that may stand in for Discord; for development."""
    delivery_lease_s: float = Field(default=30.0, gt=0)
    delivery_timeout_s: float = Field(default=10.0, gt=0)
    delivery_poll_s: float = Field(default=2.0, gt=0)

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip().lower() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _lease_outlasts_the_call(self) -> Self:
        if self.delivery_lease_s <= self.delivery_timeout_s:
            raise ValueError(
                f"delivery_lease_s is {self.delivery_lease_s:g} and must be longer than "
                f"delivery_timeout_s, {self.delivery_timeout_s:g}: a lease that ends during a call loses its answer"
            )
        return self
