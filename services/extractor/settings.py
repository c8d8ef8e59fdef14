"""Extractor settings."""

from pydantic import Field

from libs.runtime.settings import ServiceSettings


class ExtractorSettings(ServiceSettings):
    """The currency in which prices are compared."""

    base_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
