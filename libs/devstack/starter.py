"""Watches to begin with, so that the simulated market shows its first deal without a word typed."""

import json
import urllib.error
import urllib.request
from typing import Any

TIMEOUT_S = 5

STARTERS: tuple[dict[str, Any], ...] = (
    {"name": "Memory under the usual price", "type": "ram", "categories": ("11210",)},
    {"name": "Drives under the usual price", "type": "drive", "categories": ("56083", "175669")},
    {"name": "Processors under the usual price", "type": "cpu", "categories": ("56088",)},
)
"""One watch a kind of thing, over eBay's category for it."""

THRESHOLD = 80


def add_starter_watches(console_url: str) -> int:
    """Create the starter watches where there is no watch yet; returns how many were created.

    A console that does not answer, or that holds watches already, is left alone.
    """
    address = console_url.rstrip("/") + "/v1/watches"
    try:
        if _ask(address)["items"]:
            return 0
        for starter in STARTERS:
            _ask(address, _watch(starter))
    except (OSError, urllib.error.URLError, ValueError, KeyError):
        return 0
    return len(STARTERS)


def _watch(starter: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": starter["name"],
        "vertical": "server",
        "searches": [{"category_id": category} for category in starter["categories"]],
        "conditions": [{"field": "component_type", "op": "eq", "value": starter["type"]}],
        "triggers": [{"kind": "deal", "threshold": THRESHOLD}],
    }


def _ask(address: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=data, headers={"content-type": "application/json"})  # noqa: S310 - our own console
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
        return json.load(answer)
