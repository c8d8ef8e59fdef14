"""Commands against a real API: tables for people, JSON for programs, sentences for mistakes."""

import json

from libs.contracts.rpc import (
    DeadListing,
    IngestAccepted,
    IngestProgress,
    IngestProgressRequest,
    IngestRequest,
    Rejection,
)
from libs.domain.errors import PermanentError
from libs.messaging.connection import service_broker
from libs.messaging.procedures import INGEST, INGEST_PROGRESS
from libs.messaging.rpc import Calls
from tests.support.console import stay
from tests.support.scored import alert, delivered, scored


async def test_a_watch_is_added_listed_switched_and_removed(dealstream):
    added = await dealstream(
        "watch", "add", "Cheap memory", "-t", "ram", "--max-price", "40", "-w", "attr.capacity_gb ge 32", "--json"
    )
    assert added.code == 0, added.err
    watch = json.loads(added.out)
    assert [(each["field"], each["op"], each["value"]) for each in watch["conditions"]] == [
        ("component_type", "eq", "ram"),
        ("attr.capacity_gb", "ge", 32),
        ("price", "le", 40.0),
    ]

    assert (await dealstream("watch", "disable", "Cheap memory")).out == f"Disabled {watch['watch_id']}\n"
    listed = (await dealstream("watch", "list")).out.splitlines()
    assert listed[1].split()[:4] == [watch["watch_id"][:8], "Cheap", "memory", "no"]
    assert "component_type eq ram, attr.capacity_gb ge 32, price le 40.0, score from 80" in listed[1]
    assert "revision  2, changed" in (await dealstream("watch", "show", watch["watch_id"][:6])).out

    assert (await dealstream("watch", "remove", watch["watch_id"])).code == 0
    gone = await dealstream("watch", "show", "Cheap memory")
    assert (gone.code, gone.err) == (
        1,
        "dealstream: no watch is called 'Cheap memory' and no id begins so; see: dealstream watch list\n",
    )


async def test_a_misspelt_field_is_told_the_closest(dealstream):
    done = await dealstream("watch", "add", "x", "-w", "seler.feedback_score ge 100")

    assert done.code == 1
    assert "did you mean 'seller.feedback_score'?" in done.err


async def test_listings_and_alerts_are_listed_and_shown(console, dealstream):
    event = scored(1, title="32GB \x1b[31m RDIMM")
    raised = alert(event)
    await console.catalog.show_listings([event, scored(2, unit_minor=6000)])
    await console.catalog.show_alerts([raised])
    await console.catalog.show_deliveries([delivered(raised)])

    listed = await dealstream("listings", "list", "rdimm", "--sort", "price", "--attr", "capacity_gb=32")
    lines = listed.out.splitlines()
    assert lines[0].split() == ["score", "verdict", "unit", "price", "saving", "product", "title", "seen", "id"]
    assert lines[1].split()[:6] == ["80", "great", "30.00", "USD", "20.00", "USD"]
    assert "ram:ddr4:ecc_reg:32gb:2666  32GB �[31m RDIMM" in lines[1]
    assert "ebay:v1|25600002|0" in lines[2]

    shown = (await dealstream("listings", "show", "ebay:v1|25600001|0")).out
    assert "great, 20.00 USD under the usual" in shown
    assert "50.00 USD, mostly 42.50 USD to 60.00 USD (n=40)" in shown
    assert "40 % below the usual price of 40 observations" in shown

    alerts = json.loads((await dealstream("alerts", "list", "--json")).out)
    assert [each["deliveries"][0]["state"] for each in alerts["items"]] == ["confirmed"]
    assert "discord confirmed" in (await dealstream("alerts", "list", "--state", "confirmed")).out


async def test_saved_payloads_are_followed_to_their_end(console, dealstream, nats_server, tmp_path):
    calls, asked = Calls("poller"), []

    @calls.answers(INGEST)
    async def ingest(request: IngestRequest) -> IngestAccepted:
        if "broken" in request.name:
            raise PermanentError(f"{request.name} is no JSON")
        return IngestAccepted(
            ingest_id=request.ingest_id,
            listings=3,
            new_or_changed=2,
            unchanged=1,
            rejected=(Rejection(item_id="v1|1|0", reason="it has no title"),),
            parser="ebay-search-1",
        )

    @calls.answers(INGEST_PROGRESS)
    async def progress(request: IngestProgressRequest) -> IngestProgress:
        asked.append(request.ingest_id)
        dead = (DeadListing(listing_id="ebay:v1|2|0", reason="the currency 'XXX' is unknown"),)
        pending = max(0, 2 - len(asked))
        return IngestProgress(
            ingest_id=request.ingest_id,
            seen=2,
            extracted=2,
            scored=1,
            with_verdict=1,
            dead=1,
            pending=pending,
            dead_reasons=dead,
        )

    (tmp_path / "page.json").write_bytes(b"{}")
    (tmp_path / "broken.json").write_bytes(b"<html>")
    broker = service_broker(nats_server.url("poller"), "poller", on_closed=stay)
    broker.include_router(calls.router)
    await broker.start()
    done = await dealstream("ingest", str(tmp_path / "page.json"), str(tmp_path / "broken.json"), "--source", "ebay")
    await broker.stop()

    assert done.code == 4
    assert len(set(asked)) == 1
    assert f"{tmp_path}/broken.json: broken.json is no JSON" in done.out
    assert "item v1|1|0 rejected: it has no title" in done.out
    assert "1 x the currency 'XXX' is unknown" in done.out
    lines = [line.split() for line in done.out.splitlines()]
    assert [f"{tmp_path}/page.json", "3", "2", "1", "1", "ebay-search-1"] in lines
    for wanted in (
        ["seen", "2"],
        ["extracted", "2"],
        ["scored", "1"],
        ["with", "verdict", "1"],
        ["dead-lettered", "1"],
    ):
        assert wanted in lines


async def test_without_an_api_every_command_says_how_to_start_it(alone):
    done = await alone("listings", "list", DEALSTREAM_URL="", DEALSTREAM_PORT="1")

    assert (done.code, done.err) == (
        3,
        "dealstream: the API at http://127.0.0.1:1 is not running: start it with make up\n",
    )


async def test_a_file_that_is_missing_is_named(alone):
    done = await alone("ingest", "absent.json", "--source", "ebay")

    assert (done.code, done.err) == (1, "dealstream: absent.json cannot be read: No such file or directory\n")


async def test_a_wrong_command_line_is_told_the_closest(alone):
    done = await alone("listing")

    assert done.code == 2
    assert 'Did you mean "listings"?' in done.out + done.err


async def test_titles_are_understood_offline_line_by_line(alone, tmp_path):
    lines = tmp_path / "titles.jsonl"
    lines.write_text(
        '{"title": "LOT OF 4x 32GB DDR4-2666 ECC Registered RDIMM server memory", "condition_id": "3000"}\n'
        "not json\n"
        '{"headline": "x"}\n'
    )
    done = await alone("extract", "--offline", "--vertical", "server", str(lines))

    assert done.code == 1
    (row,) = [json.loads(line) for line in done.out.splitlines()]
    assert (row["component_type"], row["product_key"], row["quantity"]) == ("ram", "ram:ddr4:ecc_reg:32gb:2666", 4)
    assert row["attrs"]["capacity_gb"] == 32
    assert [line.split(": ")[0] for line in done.err.splitlines()] == [f"{lines}, line 2", f"{lines}, line 3"]


async def test_a_title_is_explained_offline(alone):
    done = await alone("extract", "--offline", "--explain", "Samsung 32GB DDR4-2666 ECC Registered RDIMM")

    assert done.code == 0, done.err
    assert "ram:ddr4:ecc_reg:32gb:2666" in done.out
    assert "title" in done.out


async def test_completion_and_version(alone):
    assert (await alone("version")).out == "dealstream 0.1.0\n"
    assert "complete -F" in (await alone("completion", "bash")).out
    assert (await alone("completion", "tcsh")).err == (
        "dealstream: no completion for 'tcsh'; there is one for bash, zsh, fish\n"
    )
