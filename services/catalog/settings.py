"""Catalog settings."""

from libs.runtime.settings import DatabaseSettings


class CatalogSettings(DatabaseSettings):
    """Where the query model is kept."""
