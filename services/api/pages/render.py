"""Templates, escaped by default, with the words they may use."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.api.pages.band import WIDTH, band
from services.api.pages.words import CONDITIONS, VERDICTS, ago, marketplace, money, sureness

TEMPLATES = Path(__file__).parent / "templates"

environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals.update(
    band=band,
    band_width=WIDTH,
    money=money,
    ago=ago,
    marketplace=marketplace,
    conditions=CONDITIONS,
    sureness=sureness,
    verdicts=VERDICTS,
)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a template."""
    return HTMLResponse(
        environment.get_template(template).render(**values), status, {"vary": "HX-Request, HX-History-Restore-Request"}
    )
