"""Which backend is asked: a setting alone decides."""

from libs.http.client import HttpClient
from services.extractor.backends.anthropic import Anthropic
from services.extractor.backends.backend import Backend
from services.extractor.backends.ollama import Ollama
from services.extractor.backends.openai import OpenAi
from services.extractor.settings import ExtractorSettings

ADDRESSES = {
    "ollama": "http://127.0.0.1:11434",
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com",
}


def backend_of(settings: ExtractorSettings, client: HttpClient) -> Backend:
    """The backend the settings name; raises ``ValueError`` when they name none."""
    url, model, key = settings.llm_url, settings.llm_model, settings.llm_api_key
    url = url or ADDRESSES.get(settings.llm_backend, "")
    match settings.llm_backend:
        case "ollama":
            return Ollama(client, url=url, model=model)
        case "anthropic":
            return Anthropic(client, url=url, model=model, key=key)
        case "openai":
            return OpenAi(client, url=url, model=model, key=key)
        case "off":
            raise ValueError("DEALSTREAM_LLM_BACKEND is off; there is no backend to ask")
