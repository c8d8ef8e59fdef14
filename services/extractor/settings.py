"""Extractor settings."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from libs.runtime.settings import DatabaseSettings

_MODEL_MISSING = "DEALSTREAM_LLM_BACKEND is {0!r}, but DEALSTREAM_LLM_MODEL names no model to ask"
_KEY_MISSING = "DEALSTREAM_LLM_BACKEND is 'anthropic', which needs its key in DEALSTREAM_LLM_API_KEY"
_PRICE_MISSING = (
    "DEALSTREAM_LLM_DAILY_BUDGET_USD limits nothing while DEALSTREAM_LLM_INPUT_USD_PER_MILLION and "
    "DEALSTREAM_LLM_OUTPUT_USD_PER_MILLION are 0; set what the model costs, or use DEALSTREAM_LLM_DAILY_BUDGET_TOKENS"
)


class ExtractorSettings(DatabaseSettings):
    """The currency in which prices are compared, and the model that is asked where the rules end.

    The database is used only with a model.
    """

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_parse_none_str="none")

    base_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    llm_backend: Literal["off", "ollama", "anthropic", "openai"] = "off"
    llm_url: str = ""
    """Where the backend answers; empty is its vendor's own address, for Ollama this machine."""
    llm_model: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_s: float = Field(default=60.0, gt=0, le=600)
    llm_concurrency: int = Field(default=2, ge=1, le=64)
    llm_idle_s: float = Field(default=2.0, gt=0)
    """How often open questions are looked for while there are none."""
    llm_daily_budget_usd: float | None = Field(default=None, ge=0)
    llm_daily_budget_tokens: int | None = Field(default=500_000, ge=0)
    """Tokens in and out on one UTC day; ``none`` is no limit, 0 asks nothing."""
    llm_input_usd_per_million: float = Field(default=0.0, ge=0)
    llm_output_usd_per_million: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.llm_backend == "off":
            return self
        if not self.llm_model:
            raise ValueError(_MODEL_MISSING.format(self.llm_backend))
        if self.llm_backend == "anthropic" and not self.llm_api_key.get_secret_value():
            raise ValueError(_KEY_MISSING)
        free = self.llm_input_usd_per_million == 0 and self.llm_output_usd_per_million == 0
        if self.llm_daily_budget_usd is not None and free:
            raise ValueError(_PRICE_MISSING)
        return self
