"""The page that shows what arrived, drawn the way Discord draws embeds."""

import re
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from services.simulator.state import TheWorld

router = APIRouter(include_in_schema=False)
SHOWN = 100
POLICY = "default-src 'none'; img-src 'self' http: https:; style-src 'self'; base-uri 'none'; form-action 'none'"
ROOM = Path(__file__).parent / "templates"
_BOLD = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_LINK = re.compile(r"(?<!\\)\[([^\[\]]+)(?<!\\)\]\((https?://[^\s()]+)\)")
_ESCAPE = re.compile(r"\\(?=[^\w\s]|_)")


def markdown(text: str) -> Markup:
    """Draw bold text and links; everything else stays text, because it was escaped first."""
    safe = str(escape(text))
    safe = _LINK.sub(r'<a href="\2" rel="noreferrer">\1</a>', safe)
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    return Markup(_ESCAPE.sub("", safe).replace("\n", "<br>"))  # noqa: S704 - escaped above


def color(number: int | None) -> str:
    return f"#{number or 0x4E5058:06x}"


def clock_time(at: datetime) -> str:
    return at.strftime("%H:%M:%S")


_templates = Environment(loader=FileSystemLoader(ROOM), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_templates.filters |= {"markdown": markdown, "color": color, "clock_time": clock_time}


@router.get("/discord")
async def show_messages(world: TheWorld) -> Response:
    newest = world.inbox.all()[: -SHOWN - 1 : -1]
    page = _templates.get_template("messages.html").render(messages=newest, total=len(world.inbox))
    return HTMLResponse(
        page,
        headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )


@router.get("/discord.css")
async def style() -> Response:
    return Response((ROOM / "discord.css").read_bytes(), media_type="text/css")
