"""Settings shared by every service; each service adds its own fields."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Read once, when the application is built; never at import."""

    model_config = SettingsConfigDict(env_prefix="DEALSTREAM_", frozen=True, extra="ignore")

    nats_url: str = "nats://127.0.0.1:4222"
    health_port: int = Field(default=0, ge=0, le=65535)
    """Where /live, /ready and /metrics answer; 0 takes any free port."""
    health_host: str = "127.0.0.1"
    otlp_endpoint: str = ""
    """Base address of an OTLP/HTTP receiver; empty exports nothing."""
    trace_ratio: float = Field(default=0.05, ge=0, le=1)
    """Share of polls whose trace is recorded; a trace is recorded whole or not at all."""
    log_format: str = Field(default="console", pattern="^(console|json)$")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    grace_s: float = Field(default=10.0, gt=0)
    """Seconds that work in hand may take after the process was told to stop."""
    ack_wait_s: float = Field(default=30.0, gt=0)


class DatabaseSettings(ServiceSettings):
    """Settings of a service that keeps state."""

    database_url: str = "postgresql://postgres@127.0.0.1:5432/dealstream"
    pool_size: int = Field(default=4, ge=1)
