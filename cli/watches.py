"""``dealstream watch``: what you want to be told."""

from decimal import Decimal
from typing import Annotated, Any

from cyclopts import App, Parameter

from cli.client import Api, segment
from cli.conditions import condition
from cli.errors import CommandError
from cli.output import AsJson, console, facts, print_json, table

app = App(name="watch", help="What you want to be told.")


@app.command
def add(  # noqa: PLR0913 - one an option
    name: str,
    *,
    component_type: Annotated[str | None, Parameter(name=["--type", "-t"])] = None,
    max_price: Decimal | None = None,
    where: Annotated[list[str] | None, Parameter(name=["--where", "-w"], negative="")] = None,
    query: Annotated[list[str] | None, Parameter(name=["--query", "-q"], negative="")] = None,
    marketplace: str = "EBAY_US",
    threshold: float = 80.0,
    channel: Annotated[list[str] | None, Parameter(name=["--channel", "-c"], negative="")] = None,
    vertical: str = "server",
    as_json: AsJson = False,
) -> None:
    """Add a watch: `dealstream watch add "Cheap memory" -t ram --max-price 40 -w "attr.capacity_gb ge 32"`.

    Parameters
    ----------
    name
        What alerts are to call it.
    component_type
        `ram`, `drive`, `cpu` …
    max_price
        Per unit, delivered, in the base currency.
    where
        A condition `field op value`, such as `condition in new,like_new`; repeat it for several.
    query
        What to ask the marketplace for; repeat it for several. Without one, only what other watches find counts.
    threshold
        The score from which a listing is a deal.
    channel
        Where to send alerts; `discord` when left out.
    """
    conditions = [condition(each) for each in where or []]
    if component_type is not None:
        conditions.insert(0, {"field": "component_type", "op": "eq", "value": component_type})
    if max_price is not None:
        conditions.append({"field": "price", "op": "le", "value": float(max_price)})
    form: dict[str, Any] = {
        "name": name,
        "vertical": vertical,
        "conditions": conditions,
        "searches": [{"marketplace": marketplace, "query": each} for each in query or []],
        "triggers": [{"kind": "deal", "threshold": threshold}],
    }
    if channel:
        form["channels"] = channel
    with Api() as api:
        _say(api.send("POST", "/v1/watches", json=form), as_json=as_json, what="Added")


@app.command(name="list")
def list_watches(*, as_json: AsJson = False) -> None:
    """List your watches."""
    with Api() as api:
        page = api.get("/v1/watches")
    if as_json:
        print_json(page)
    elif not page["items"]:
        console(stderr=True).print('No watches yet; add one with: dealstream watch add "Cheap memory" -t ram')
    else:
        console().print(table(("id", "name", "on", "wants", "channels"), map(_row, page["items"])))


@app.command
def show(watch: str, *, as_json: AsJson = False) -> None:
    """Show one watch, found by its id, the beginning of its id, or its name."""
    with Api() as api:
        found = _find(api, watch)
    if as_json:
        print_json(found)
        return
    searches = (f"{each['query']} ({each['marketplace']})" for each in found["searches"])
    console().print(
        facts(
            (
                ("id", found["watch_id"]),
                ("name", found["name"]),
                ("on", "yes" if found["enabled"] else "no"),
                ("wants", _wants(found)),
                ("asks for", ", ".join(searches) or "nothing of its own"),
                ("channels", ", ".join(found["channels"])),
                ("revision", f"{found['revision']}, changed {found['changed_at']}"),
            )
        )
    )


@app.command
def remove(watch: str) -> None:
    """Remove a watch, found like in `show`."""
    with Api() as api:
        found = _find(api, watch)
        api.send("DELETE", f"/v1/watches/{segment(found['watch_id'])}")
    console().print(f"Removed {found['watch_id']}")


@app.command
def enable(watch: str, *, as_json: AsJson = False) -> None:
    """Let a watch alert again."""
    _switch(watch, enabled=True, as_json=as_json)


@app.command
def disable(watch: str, *, as_json: AsJson = False) -> None:
    """Keep a watch from alerting."""
    _switch(watch, enabled=False, as_json=as_json)


def _switch(watch: str, *, enabled: bool, as_json: bool) -> None:
    with Api() as api:
        found = _find(api, watch)
        changed = api.send("PATCH", f"/v1/watches/{segment(found['watch_id'])}", json={"enabled": enabled})
    _say(changed, as_json=as_json, what="Enabled" if enabled else "Disabled")


def _find(api: Api, text: str) -> dict[str, Any]:
    """The one watch a text means; raises ``CommandError`` for none or several."""
    items: list[dict[str, Any]] = api.get("/v1/watches")["items"]
    found = [each for each in items if each["name"] == text] or [
        each for each in items if each["watch_id"].startswith(text.lower())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"{text!r} means {len(found)} watches; give more of the id")
    raise CommandError(f"no watch is called {text!r} and no id begins so; see: dealstream watch list")


def _say(watch: dict[str, Any], *, as_json: bool, what: str) -> None:
    if as_json:
        print_json(watch)
    else:
        console().print(f"{what} {watch['watch_id']}")


def _row(watch: dict[str, Any]) -> tuple[Any, ...]:
    return (
        watch["watch_id"][:8],
        watch["name"],
        "yes" if watch["enabled"] else "no",
        _wants(watch),
        ", ".join(watch["channels"]),
    )


def _wants(watch: dict[str, Any]) -> str:
    """Conditions and trigger in a few words."""
    wanted = [f"{each['field']} {each['op']} {_value(each['value'])}".strip() for each in watch["conditions"]]
    wanted += [f"score from {each['threshold']:g}" for each in watch["triggers"]]
    return ", ".join(wanted)


def _value(value: Any) -> str:
    if value is None:
        return ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
