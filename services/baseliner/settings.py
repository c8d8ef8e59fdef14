"""Baseliner settings."""

from pydantic import Field

from libs.runtime.settings import DatabaseSettings


class BaselinerSettings(DatabaseSettings):
    """How often old observations are looked for, and the currency of the prices."""

    base_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    ageing_every_s: float = Field(default=600.0, gt=0)
