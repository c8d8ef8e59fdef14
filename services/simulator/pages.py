"""What a browser sees of the market: pictures and item pages."""

from html import escape
from zlib import crc32

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.simulator.listings import Listing, serial_of
from services.simulator.marketplaces import MARKETPLACES, condition_name
from services.simulator.state import TheWorld

router = APIRouter(include_in_schema=False)
POLICY = "default-src 'none'; img-src 'self'"
HUES = {
    "ram": 150,
    "drive": 210,
    "cpu": 30,
    "gpu": 95,
    "nic": 265,
    "server": 0,
    "workstation": 320,
    "desktop": 185,
    "other": 50,
}


def picture(component_type: str, label: str, variety: int) -> str:
    """Draw a tiny picture: the colour tells the type, the stripes tell listings apart."""
    hue = (HUES.get(component_type, 50) + variety % 24) % 360
    bars = ((20 + 24 * n, 20 + (variety >> n) % 50) for n in range(8))
    stripes = "".join(f'<rect x="{x}" y="70" width="14" height="{height}"/>' for x, height in bars)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="225" height="225" viewBox="0 0 225 225">'
        f'<rect width="225" height="225" fill="hsl({hue},45%,82%)"/>'
        f'<rect x="10" y="60" width="205" height="90" rx="6" fill="hsl({hue},50%,45%)"/>'
        f'<g fill="hsl({hue},60%,30%)">{stripes}</g>'
        f'<text x="112" y="190" font-family="sans-serif" text-anchor="middle">{escape(label[:28])}</text>'
        "</svg>"
    )


@router.get("/images/{component_type}/{name}.svg")
async def show_picture(world: TheWorld, component_type: str, name: str) -> Response:
    listing = world.market.find(serial_of(name.partition("-")[0]))
    label = listing.product.name if listing else component_type
    svg = picture(component_type, label, crc32(name.encode()))
    return Response(
        svg, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400", "X-Content-Type-Options": "nosniff"}
    )


@router.get("/itm/{legacy_id}")
async def show_item(world: TheWorld, legacy_id: str) -> Response:
    listing = world.market.find(serial_of(legacy_id))
    if listing is None:
        return HTMLResponse("<h1>This listing is unknown</h1>", status_code=404)
    return HTMLResponse(_item_page(listing), headers={"Content-Security-Policy": POLICY})


def _item_page(listing: Listing) -> str:
    seller, title = listing.seller, escape(listing.title)
    status = "Active" if listing.active else f"Ended: {listing.ended_how}"
    price = f"{listing.asking_minor / 100:,.2f} {listing.currency}"
    condition = escape(condition_name(listing.condition_id, MARKETPLACES[listing.marketplace]))
    picture_of = f"/images/{listing.product.component_type}/{listing.legacy_id}-0.svg"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<h1>{title}</h1><img src="{picture_of}" alt=""><p><strong>{price}</strong> · {condition} · {status}</p>'
        f"<p>Seller: {escape(seller.username or '?')} ({seller.feedback_score}, {seller.feedback_percentage} %)</p>"
        "<p>This is a simulated listing. Nothing is for sale.</p></body></html>"
    )
