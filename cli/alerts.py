"""``dealstream alerts``: what you were told, and whether it arrived."""

from typing import Any, Literal
from uuid import UUID

from cyclopts import App

from cli.client import Api
from cli.output import AsJson, ago, console, money, print_json, table, verdict

app = App(name="alerts", help="What you were told, and whether it arrived.")


@app.command(name="list")
def list_alerts(
    *,
    state: Literal["pending", "confirmed", "unknown", "failed", "replayed"] | None = None,
    watch: UUID | None = None,
    since: str | None = None,
    limit: int = 20,
    as_json: AsJson = False,
) -> None:
    """List alerts, newest first.

    Parameters
    ----------
    state
        What became of it on a channel.
    watch
        The id of a watch.
    since
        A moment with its zone, such as `2026-03-02T12:00:00Z`.
    """
    wanted = {"state": state, "watch": watch and str(watch), "since": since, "limit": limit}
    with Api() as api:
        page = api.get("/v1/alerts", {name: value for name, value in wanted.items() if value is not None})
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        console(stderr=True).print("No alert matches.")
        return
    columns = ("raised", "verdict", "saving", "title", "watches", "arrived", "listing")
    console().print(table(columns, map(_row, page["items"]), right=("saving",)))


def _row(item: dict[str, Any]) -> tuple[Any, ...]:
    return (
        ago(item["raised_at"]),
        verdict(item["verdict"]),
        money(item["saving_minor"], item["base_currency"]),
        item["title"],
        ", ".join(each["watch_name"] for each in item["matches"]),
        ", ".join(f"{each['channel']} {each['state']}" for each in item["deliveries"]),
        item["listing_id"],
    )
