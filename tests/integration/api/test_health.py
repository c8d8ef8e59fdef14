"""Health, guards and the shape of errors."""

import asyncio


async def test_health_names_what_it_needs(client):
    assert (await client.get("/healthz")).json() == {"live": True}
    async with asyncio.timeout(10):
        while (ready := await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110 - over HTTP
            await asyncio.sleep(0.05)
    assert ready.json() == {"started": True, "nats": True, "database": True}
    assert "dealstream_database_statements_total" in (await client.get("/metrics")).text


async def test_an_unknown_address_is_a_problem_document(client):
    answer = await client.get("/v1/listing")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "nothing is served at /v1/listing; /openapi.json lists what is"


BAD = [
    ("GET", "/v1/listings?cursor=nonsense", 400),
    ("GET", "/v1/listings?cursor=" + "A" * 500, 400),
    ("GET", "/v1/listings?cursor=WyJwcmljZSIsMSwiYSJd", 400),
    ("GET", "/v1/listings?q=a%00b", 400),
    ("GET", "/v1/listings/a%00b", 400),
    ("GET", "/v1/listings?min_score=1e999", 422),
    ("GET", "/v1/listings?min_score=nan", 422),
    ("GET", "/v1/listings?max_price=99999999999999999999999999", 422),
    ("GET", "/v1/listings?max_price=NaN", 422),
    ("GET", "/v1/listings?limit=100000", 422),
    ("GET", "/v1/listings?sort=cheapest", 422),
    ("GET", "/v1/listings?attr.=1", 422),
    ("GET", "/v1/listings?attr.Capacity%20GB=1", 422),
    ("GET", "/v1/listings?verdict=brilliant", 422),
    ("GET", "/v1/listings?min_scor=3", 422),
    ("GET", "/v1/listings/ebay:none", 404),
    ("GET", "/v1/products/ram:none", 404),
    ("GET", "/v1/watches/not-a-uuid", 422),
    ("GET", "/v1/watches/00000000-0000-0000-0000-000000000000", 404),
    ("DELETE", "/v1/watches/00000000-0000-0000-0000-000000000000", 404),
    ("GET", "/v1/alerts?since=yesterday", 422),
    ("GET", "/v1/alerts?since=9999-12-31T23:59:59-14:00", 422),
    ("GET", "/v1/alerts?watch=1", 422),
    ("GET", "/v1/alerts?cursor=WyJyYWlzZWQiLCIyMDI2LTAzLTAyVDEyOjAwOjAwWiIsIngiXQ", 400),
    ("GET", "/v1/events?min_score=200", 422),
    ("GET", "/v1/ingest/nope", 422),
    ("POST", "/v1/ingest?source=ebay", 422),
    ("POST", "/v1/ingest", 422),
    ("PATCH", "/v1/listings", 405),
]

ODD = [
    "/v1/listings?q=%22unclosed",
    "/v1/listings?q=%ED%A0%80",
    "/v1/listings?q=%27%3B+drop+table+listings",
    "/v1/listings?attr.capacity_gb=1e999",
    "/v1/listings?attr.capacity_gb=" + "9" * 150,
    "/v1/listings?attr.capacity_gb=007",
    "/v1/listings?min_score=99.999999999&max_price=0",
    "/v1/alerts?since=0001-01-01T00:00:00Z",
]


async def test_bad_input_is_the_askers_error_and_says_so(client):
    answers = [(method, path, await client.request(method, path)) for method, path, _ in BAD]

    assert [(method, path, answer.status_code) for method, path, answer in answers] == BAD
    assert {answer.headers["content-type"] for _, _, answer in answers} == {"application/problem+json"}
    assert min(len(answer.json()["detail"]) for _, _, answer in answers) > 15


async def test_odd_input_finds_nothing(client):
    answers = [await client.get(path) for path in ODD]

    assert [(answer.status_code, answer.json()["items"]) for answer in answers] == [(200, [])] * len(ODD)


async def test_a_misspelt_parameter_is_told_the_closest(client):
    answer = await client.get("/v1/listings?min_scor=3")

    assert answer.json()["detail"].startswith("'min_scor' is no parameter; did you mean 'min_score'? known are ")


async def test_a_body_above_the_limit_is_refused_declared_or_not(client):
    async def endless():
        for _ in range(9):
            yield b"x" * 1024 * 1024

    declared = await client.post("/v1/ingest?source=ebay", content=b"x" * (8 * 1024 * 1024 + 1))
    streamed = await client.post("/v1/ingest?source=ebay", content=endless())
    as_json = await client.post("/v1/watches", content=endless(), headers={"content-type": "application/json"})

    assert [each.status_code for each in (declared, streamed, as_json)] == [413, 413, 413]
    assert streamed.json()["detail"] == "a body may have 8,388,608 bytes; send a larger payload in parts"


async def test_other_pages_cannot_use_the_api_through_a_browser(client):
    foreign = await client.post("/v1/watches", json={"name": "x"}, headers={"origin": "https://evil.example"})
    rebound = await client.get("/v1/watches", headers={"host": "evil.example:8321"})
    own = await client.get("/v1/watches", headers={"host": "localhost:8321"})

    assert [foreign.status_code, rebound.status_code, own.status_code] == [403, 421, 200]


async def test_every_answer_says_what_a_page_may_do(client):
    for path in ("/", "/v1/listings", "/v1/none"):
        policy = (await client.get(path)).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


async def test_a_list_that_has_not_changed_is_304(client):
    first = await client.get("/v1/listings")
    again = await client.get("/v1/listings", headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
