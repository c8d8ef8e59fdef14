"""``dealstream listings``: what is for sale, judged."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from cli.client import Api, segment
from cli.output import AsJson, ago, console, facts, money, plain, print_json, shipping, table, verdict

app = App(name="listings", help="What is for sale, judged.")

type Verdicts = Literal["great", "good", "fair", "high", "overpriced", "not_enough_evidence"]


@app.command(name="list")
def list_listings(  # noqa: PLR0913 - one a filter
    *words: str,
    component_type: Annotated[str | None, Parameter(name=["--type", "-t"])] = None,
    product_key: Annotated[str | None, Parameter(name=["--product", "-p"])] = None,
    verdict_: Annotated[list[Verdicts] | None, Parameter(name="--verdict", negative="")] = None,
    min_score: float | None = None,
    max_price: Decimal | None = None,
    condition: Annotated[list[str] | None, Parameter(negative="")] = None,
    seller: str | None = None,
    marketplace: str | None = None,
    attribute: Annotated[list[str] | None, Parameter(name=["--attr", "-a"], negative="")] = None,
    ended: Annotated[bool, Parameter(negative="")] = False,
    sort: Literal["score", "saving", "price", "listed", "seen"] = "score",
    limit: int = 20,
    as_json: AsJson = False,
) -> None:
    """List listings, best first.

    Parameters
    ----------
    words
        Words of the title.
    component_type
        `ram`, `drive`, `cpu` …
    product_key
        `ram:ddr4:ecc_reg:32gb:2666`
    verdict_
        Only these verdicts; repeat it for several.
    min_score
        From 0 to 100.
    max_price
        Per unit, delivered, in the base currency.
    condition
        `new`, `like_new`, `used_working`, `for_parts`, `unknown`; repeat it for several.
    attribute
        `capacity_gb=32`; repeat it for several.
    ended
        Those that are no longer offered.
    """
    wanted: dict[str, Any] = {
        "q": " ".join(words) or None,
        "component_type": component_type,
        "product_key": product_key,
        "verdict": verdict_,
        "min_score": min_score,
        "max_price": max_price,
        "condition": condition,
        "seller": seller,
        "marketplace": marketplace,
        "active": "false" if ended else "true",
        "sort": sort,
        "limit": limit,
    }
    for each in attribute or []:
        name, _, value = each.partition("=")
        wanted[f"attr.{name}"] = value
    with Api() as api:
        page = api.get("/v1/listings", {name: value for name, value in wanted.items() if value is not None})
    if as_json:
        print_json(page)
        return
    if not page["items"]:
        console(stderr=True).print("Nothing matches; fewer filters find more.")
        return
    console().print(
        table(
            ("score", "verdict", "unit price", "saving", "product", "title", "seen", "id"),
            (_row(each) for each in page["items"]),
            right=("score", "unit price", "saving"),
        )
    )


def _row(item: dict[str, Any]) -> tuple[Any, ...]:
    saving = "-" if item["saving_minor"] is None else money(item["saving_minor"], item["base_currency"])
    return (
        f"{item['score']:.0f}",
        verdict(item["verdict"]),
        money(item["unit_minor"], item["base_currency"]),
        saving,
        item["product_key"] or item["component_type"],
        item["title"],
        ago(item["observed_at"]),
        item["listing_id"],
    )


@app.command
def show(listing_id: str, *, as_json: AsJson = False) -> None:
    """Show one listing: what it is, what it costs, why it is judged so, and every price it had."""
    with Api() as api:
        item = api.get(f"/v1/listings/{segment(listing_id)}")
    if as_json:
        print_json(item)
        return
    out = console()
    out.print(plain(item["title"]), style="bold")
    out.print(facts(_facts(item)))
    out.print()
    out.print(
        table(
            ("points", "of", "factor", "why"),
            (
                (f"{each['points']:.1f}", f"{each['weight'] * 100:.0f}", each["factor"], each["reason"])
                for each in item["contributions"]
            ),
            right=("points", "of"),
        )
    )
    if item["product_attributes"]:
        out.print()
        out.print(attribute_table(item["product_attributes"]))
    if len(item["price_history"]) > 1:
        out.print()
        rows = (
            (
                each["at"],
                money(each["asking_minor"], each["currency"]),
                shipping(each["shipping_minor"], each["currency"]),
            )
            for each in item["price_history"]
        )
        out.print(table(("from", "price", "shipping"), rows, right=("price",)))


def attribute_table(attributes: list[dict[str, Any]]) -> Any:
    """What is known about a product, and the words that said so."""
    rows = ((each["name"], each["value"], each["origin"], each["evidence"]) for each in attributes)
    return table(("attribute", "value", "from", "evidence"), rows)


def _facts(item: dict[str, Any]) -> list[tuple[str, Any]]:
    band = item["baseline"]
    usual = "not enough evidence yet"
    if band is not None:
        low, high = money(band["p25_minor"], band["currency"]), money(band["p75_minor"], band["currency"])
        usual = f"{money(band['p50_minor'], band['currency'])}, mostly {low} to {high} (n={band['n']})"
    saved = (
        ""
        if item["saving_minor"] is None
        else f", {money(item['saving_minor'], item['base_currency'])} under the usual"
    )
    return [
        ("verdict", plain(f"{verdict(item['verdict'])}{saved if (item['saving_minor'] or 0) > 0 else ''}")),
        ("score", f"{item['score']:.1f} of 100, confidence {item['confidence']:.0%}"),
        (
            "asked",
            f"{money(item['asking_minor'], item['currency'])}, {shipping(item['shipping_minor'], item['currency'])}",
        ),
        ("per unit", f"{money(item['unit_minor'], item['base_currency'])} delivered, {item['quantity']} in the lot"),
        ("usual", usual),
        ("product", item["product_key"] or f"{item['component_type']}, not identified"),
        ("condition", item["condition"].replace("_", " ")),
        ("seller", _seller(item)),
        ("listed", f"{ago(item['listed_at'])}, seen {ago(item['observed_at'])}, {item['status']}"),
        ("link", item["url"] or "-"),
    ]


def _seller(item: dict[str, Any]) -> str:
    if item["seller_name"] is None:
        return "unknown"
    ratings, percent = item["seller_feedback_score"], item["seller_feedback_percent"]
    known = "" if ratings is None else f", {ratings} ratings"
    share = "" if percent is None else f", {percent:g} % positive"
    return f"{item['seller_name']}{known}{share}"
