"""All saved eBay payloads through the whole pipeline."""

import json
import os
import re
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
import pytest

from cli.audit import audit, report
from libs.domain.verticals.server import SERVER
from services.poller.sources.ebay.parse import parse
from tests.support.ebay import US
from tests.support.ingest import Ingest
from tests.support.rest import until_at_rest
from tests.support.stack import RunningStack, running_stack

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "ebay"
SERVICES = ("poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of saved eBay payloads beside the checkout"),
]

LISTS = sorted((CORPUS / "gpu-agent").glob("search-listings-*.json"))
ENVELOPE = CORPUS / "ebay-alerts" / "sample_response_100_iphone_best_match.json"
MOCKS = sorted((CORPUS / "gpu-agent").glob("mock-*.json"))
TRANSCRIPTS = sorted((CORPUS / "gpu-agent").glob("api-browse-*.md"))
TAXONOMY = CORPUS / "gpu-agent" / "api-taxonomy-getDefaultCategoryTreeId.md"
OTHER_APIS = sorted((CORPUS / "geeksportscards").glob("*.json"))


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[RunningStack]:
    async with running_stack(tmp_path / "dealstream", services=SERVICES) as running:
        yield running


async def test_every_saved_item_is_judged_once_or_set_aside(stack: RunningStack):
    told = await dealstream(stack, "ingest", *map(str, [*LISTS, ENVELOPE]), "--source", "ebay", "--json")
    files, progress = told["files"], told["progress"]
    assert sum(each["listings"] for each in files) == 1299 + 100
    # Four lists name 59 items twice.
    assert sum(each["new_or_changed"] + each["unchanged"] for each in files) == 1299 + 100 - 59
    assert sum(len(each["rejected"]) for each in files) == 0
    # One listing of the lists has a second price; everything else that comes twice is unchanged.
    assert sum(each["new_or_changed"] for each in files) == 1065 + 1 + 100
    assert (progress["seen"], progress["scored"], progress["dead"], progress["pending"]) == (1166, 1166, 0, 0)

    async with httpx.AsyncClient(base_url=stack.console_url, timeout=30) as api:
        ingest = Ingest(api)
        for path in TRANSCRIPTS:
            for block in json_blocks(path):
                await ingest.accepted(block)
        for path in MOCKS:
            await ingest.accepted(path.read_bytes())
        for payload in [path.read_bytes() for path in OTHER_APIS] + json_blocks(TAXONOMY):
            assert "no ebay parser knows this payload" in await ingest.refused(payload)
        assert (await ingest.finished())["dead"] == 0

    await until_at_rest(stack)
    assert report(await audit(stack.database_url, stack.nats_url())) == []
    await assert_one_score_an_emission(stack)
    assert {name: stack.restarts(name) for name in SERVICES} == dict.fromkeys(SERVICES, 0)
    types = await types_shown(stack)
    assert types == types_in_the_files()
    for component_type, count in types.most_common():
        print(f"{count:6} {component_type}")  # noqa: T201


async def dealstream(stack: RunningStack, *arguments: str) -> Any:
    """Run the command line against a stack; returns what it printed as JSON."""
    environment = os.environ | {"DEALSTREAM_URL": stack.console_url}
    process = await create_subprocess_exec(
        sys.executable, "-m", "cli", *arguments, stdout=PIPE, stderr=PIPE, env=environment
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode() + output.decode()
    return json.loads(output)


def json_blocks(path: Path) -> list[bytes]:
    """The response bodies of a transcript."""
    return [block.encode() for block in re.findall(r"^```json\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)]


async def assert_one_score_an_emission(stack: RunningStack) -> None:
    """Whatever was sent came back as one score; a price that returns to what it was is sent once more."""
    database = await asyncpg.connect(stack.database_url)
    try:
        assert await database.fetchval("select array_agg(distinct state) from poller.sightings") == ["scored"]
        sent = await database.fetchval("select sum(emission) from poller.sightings")
    finally:
        await database.close()
    client = await nats.connect(stack.nats_url(), inbox_prefix="_INBOX_admin")
    try:
        for stream, messages in (("LISTING_SEEN", sent), ("LISTING_SCORED", sent), ("DEAD", 0)):
            assert (stream, (await client.jetstream().stream_info(stream)).state.messages) == (stream, messages)
    finally:
        await client.close()


async def types_shown(stack: RunningStack) -> Counter[str]:
    database = await asyncpg.connect(stack.database_url)
    try:
        rows = await database.fetch("select component_type, count(*) from catalog.listings group by 1")
    finally:
        await database.close()
    return Counter({row["component_type"]: row["count"] for row in rows})


def types_in_the_files() -> Counter[str]:
    """What the rules say about every listing of the files, read without the pipeline."""
    payloads = [path.read_bytes() for path in (*LISTS, ENVELOPE)]
    payloads += [block for path in TRANSCRIPTS for block in json_blocks(path)]
    payloads += [path.read_bytes() for path in MOCKS]
    newest = {listing.listing_id: listing for payload in payloads for listing in parse(payload, US).listings}
    return Counter(SERVER.understand(listing).component_type for listing in newest.values())
