import asyncio
import gzip
import logging
import traceback
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request as Received
from werkzeug import Response

from libs.domain.errors import PermanentError
from libs.http.answer import retry_after
from libs.http.breaker import PurgatoryBreaker
from libs.http.client import HttpClient, Limits, Request, Retries
from libs.http.errors import (
    BodyTooLargeError,
    CircuitOpenError,
    HttpError,
    NoAnswerError,
    NotJsonError,
    RedirectedError,
    RefusedError,
    ServerFaultError,
    TooManyRequestsError,
    UnreachableError,
    UnusableRequestError,
)

FAST = Retries(attempts=3, wait_initial_s=0.01, wait_max_s=0.02, jitter_s=0, longest_retry_after_s=2)
ONCE = Retries(attempts=1)
CANARY = "s3cr3t-canary"

type Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Conversation) -> AsyncIterator[str]:
    """A server below HTTP, for answers no decent library gives."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def failing(httpserver: HTTPServer, times: int, status: int = 503, **headers: str) -> list[int]:
    """Answer with ``status`` so many times and then well; the list counts the calls."""
    calls: list[int] = []

    def handle(_: Received) -> Response:
        calls.append(len(calls))
        bad = len(calls) <= times
        return Response('{"ok":true}', status if bad else 200, {"content-type": "application/json", **headers})

    httpserver.expect_request("/").respond_with_handler(handle)
    return calls


async def test_a_read_is_retried_until_it_succeeds(httpserver: HTTPServer):
    calls = failing(httpserver, 2)
    async with HttpClient(retries=FAST) as http:
        answer = await http.get(httpserver.url_for("/"))
    assert (answer.status, answer.json(), len(calls)) == (200, {"ok": True}, 3)


async def test_a_read_is_given_up_after_its_attempts(httpserver: HTTPServer):
    calls = failing(httpserver, 99)
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(ServerFaultError, match=r"^GET localhost:\d+: answered 503$") as failed:
            await http.get(httpserver.url_for("/"))
    assert len(calls) == 3
    assert failed.value.status == 503
    assert not isinstance(failed.value, PermanentError)


async def test_a_write_is_sent_once(httpserver: HTTPServer):
    calls = failing(httpserver, 99)
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(ServerFaultError):
            await http.request(Request("POST", httpserver.url_for("/"), json={"a": 1}))
        assert len(calls) == 1
        with pytest.raises(ServerFaultError):
            await http.request(Request("POST", httpserver.url_for("/"), form={"a": "1"}), repeatable=True)
    assert len(calls) == 4


async def test_a_refusal_is_permanent_and_not_repeated(httpserver: HTTPServer):
    calls = failing(httpserver, 99, status=404)
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(RefusedError, match="answered 404") as failed:
            await http.get(httpserver.url_for("/"))
    assert len(calls) == 1
    assert isinstance(failed.value, PermanentError)


async def test_every_attempt_is_announced_to_the_quota(httpserver: HTTPServer):
    failing(httpserver, 2)
    spent = []

    async def spend() -> None:
        spent.append(1)

    async with HttpClient(retries=FAST) as http:
        await http.request(Request("GET", httpserver.url_for("/")), before_attempt=spend)
    assert len(spent) == 3


@pytest.mark.parametrize("status", [429, 503])
async def test_a_short_pause_that_the_host_asks_for_is_kept(httpserver: HTTPServer, status: int):
    calls = failing(httpserver, 1, status=status, **{"retry-after": "1"})
    async with HttpClient(retries=FAST) as http:
        started = asyncio.get_running_loop().time()
        await http.get(httpserver.url_for("/"))
        waited = asyncio.get_running_loop().time() - started
    assert len(calls) == 2
    assert waited >= 1


async def test_a_long_pause_is_the_callers_business(httpserver: HTTPServer):
    calls = failing(httpserver, 1, status=429, **{"retry-after": "3600"})
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(TooManyRequestsError, match="answered 429, come back in 3600 s") as failed:
            await http.get(httpserver.url_for("/"))
    assert (failed.value.retry_after_s, len(calls)) == (3600, 1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 30, 604_800.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, datetime(2026, 11, 20, 12, 0, tzinfo=UTC)) == seconds


async def test_a_host_that_keeps_failing_is_left_alone_and_asked_again_later(httpserver: HTTPServer):
    calls = failing(httpserver, 3)
    async with HttpClient(retries=ONCE, breaker=PurgatoryBreaker(threshold=3, open_for_s=0.3)) as http:
        for _ in range(3):
            with pytest.raises(ServerFaultError):
                await http.get(httpserver.url_for("/"))
        for _ in range(2):
            with pytest.raises(CircuitOpenError, match="not asked, it failed repeatedly; next try in 0 s") as failed:
                await http.get(httpserver.url_for("/"))
        assert 0 < failed.value.retry_in_s <= 0.3
        assert len(calls) == 3
        await asyncio.sleep(0.35)
        assert (await http.get(httpserver.url_for("/"))).status == 200


async def test_refusals_and_our_own_cancellations_do_not_count_against_a_host(httpserver: HTTPServer):
    httpserver.expect_request("/missing").respond_with_data("no", 404)
    httpserver.expect_request("/ok").respond_with_json({})

    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(hang) as slow, HttpClient(breaker=PurgatoryBreaker(threshold=1)) as http:
        with pytest.raises(RefusedError):
            await http.get(httpserver.url_for("/missing"))
        assert (await http.get(httpserver.url_for("/ok"))).status == 200
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await http.get(slow)


async def test_only_so_many_calls_reach_a_host_at_a_time():
    active, most = 0, 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal active, most
        await reader.readuntil(b"\r\n\r\n")
        active, most = active + 1, max(most, active + 1)
        await asyncio.sleep(0.05)
        active -= 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        await writer.drain()

    async with raw_server(talk) as url, HttpClient(limits=Limits(calls_per_host=2)) as http:
        answers = await asyncio.gather(*(http.get(url) for _ in range(6)))
    assert [each.body for each in answers] == [b"ok"] * 6
    assert most == 2


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_body_over_the_limit_is_refused(httpserver: HTTPServer, packed: bool):  # noqa: FBT001
    body = b"x" * 1001
    headers = {"content-encoding": "gzip"} if packed else {}
    httpserver.expect_request("/").respond_with_data(gzip.compress(body) if packed else body, headers=headers)
    async with HttpClient(limits=Limits(body_bytes=1000)) as http:
        with pytest.raises(BodyTooLargeError, match="the answer is larger than 1,000 bytes"):
            await http.get(httpserver.url_for("/"))
    async with HttpClient(limits=Limits(body_bytes=1001)) as http:
        assert (await http.get(httpserver.url_for("/"))).body == body


async def test_a_gzip_bomb_is_not_unpacked_beyond_the_limit(httpserver: HTTPServer, monkeypatch):
    bomb = gzip.compress(bytes(64 * 2**20))
    assert len(bomb) < 100_000
    httpserver.expect_request("/").respond_with_data(bomb, headers={"content-encoding": "gzip"})
    largest = 0
    make = zlib.decompressobj

    class Watched:
        def __init__(self, bits: int) -> None:
            self.inner = make(bits)

        def decompress(self, chunk: bytes, most: int) -> bytes:
            nonlocal largest
            out = self.inner.decompress(chunk, most)
            largest = max(largest, len(out))
            return out

        @property
        def eof(self) -> bool:
            return self.inner.eof

    monkeypatch.setattr("libs.http.body.zlib.decompressobj", Watched)
    async with HttpClient(limits=Limits(body_bytes=2**20)) as http:
        with pytest.raises(BodyTooLargeError):
            await http.get(httpserver.url_for("/"))
    assert largest <= 2**20 + 1


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", b"abc", "the body is packed as 'br'; only gzip was offered"),
        ("gzip", b"not gzip", "the body cannot be unpacked"),
        ("gzip", gzip.compress(b"x" * 1000)[:-10], "the packed body ends in the middle"),
    ],
)
async def test_a_body_that_cannot_be_unpacked_is_no_answer(httpserver: HTTPServer, encoding, body, reason):
    httpserver.expect_request("/").respond_with_data(body, headers={"content-encoding": encoding})
    async with HttpClient(retries=ONCE) as http:
        with pytest.raises(NoAnswerError, match=reason):
            await http.get(httpserver.url_for("/"))


async def test_a_redirect_is_not_followed_and_its_host_is_named(httpserver: HTTPServer):
    location = f"https://elsewhere.example/{CANARY}"
    httpserver.expect_request("/").respond_with_data("", 302, headers={"location": location})
    async with HttpClient() as http:
        with pytest.raises(
            RedirectedError, match=r"a redirect to 'elsewhere.example': redirects are not foll"
        ) as failed:
            await http.get(httpserver.url_for("/"))
    assert CANARY not in str(failed.value)


@pytest.mark.parametrize(
    ("body", "content_type", "why", "is_html"),
    [
        ("<html><body>Pardon our interruption</body></html>", "text/html; charset=utf-8", "a web page", True),
        ("<!DOCTYPE html>", "text/plain", "a web page", True),
        ("{}", "text/plain", "text/plain", False),
        ('{"a": ', "application/json", "a broken text", False),
    ],
)
async def test_an_answer_that_is_no_json_names_host_and_status(
    httpserver: HTTPServer, body, content_type, why, is_html
):
    httpserver.expect_request("/").respond_with_data(body, content_type=content_type)
    async with HttpClient() as http:
        answer = await http.get(httpserver.url_for("/"))
    with pytest.raises(NotJsonError, match=rf"GET localhost:\d+: answered 200 with {why} where JSON was due") as failed:
        answer.json()
    assert failed.value.is_html is is_html


@pytest.mark.parametrize("content_type", ["application/json", "application/problem+json; charset=utf-8", "text/json"])
async def test_every_json_type_is_json(httpserver: HTTPServer, content_type: str):
    httpserver.expect_request("/").respond_with_data('{"a":1}', content_type=content_type)
    async with HttpClient() as http:
        assert (await http.get(httpserver.url_for("/"))).json() == {"a": 1}


async def test_a_host_nobody_listens_at_was_certainly_not_asked(unused_tcp_port: int):
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(UnreachableError, match=r"cannot be reached \(Connection refused\)"):
            await http.get(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_connection_lost_in_the_middle_leaves_the_outcome_open():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()

    async with raw_server(talk) as url, HttpClient(retries=ONCE) as http:
        with pytest.raises(NoAnswerError, match="no whole answer"):
            await http.get(url)


async def test_a_host_that_drips_bytes_is_cut_off_and_counts_as_failing():
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    breaker = PurgatoryBreaker(threshold=1)
    async with raw_server(drip) as url, HttpClient(limits=Limits(total_s=0.2), retries=ONCE, breaker=breaker) as http:
        with pytest.raises(NoAnswerError, match=r"no whole answer within 0\.2 s"):
            await http.get(url)
        with pytest.raises(CircuitOpenError):
            await http.get(url)


@pytest.mark.parametrize("url", [f"ftp://host/{CANARY}", f"host/{CANARY}", f"http://[broken/{CANARY}", ""])
async def test_an_address_that_cannot_be_asked_is_permanent(url: str):
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(UnusableRequestError, match="the request cannot be sent") as failed:
            await http.get(url)
    assert CANARY not in "".join(traceback.format_exception(failed.value))


async def test_a_malformed_header_is_permanent_and_not_quoted(httpserver: HTTPServer):
    headers = {"authorization": f"Bearer {CANARY}\nx: y"}
    async with HttpClient(retries=FAST) as http:
        with pytest.raises(UnusableRequestError, match="the request cannot be sent") as failed:
            await http.request(Request("GET", httpserver.url_for("/"), headers=headers))
    assert CANARY not in "".join(traceback.format_exception(failed.value))


async def test_waiting_for_the_next_attempt_stops_nobody_else(httpserver: HTTPServer):
    failing(httpserver, 1)
    patient = Retries(attempts=2, wait_initial_s=0.3, jitter_s=0)
    ticks = 0
    async with HttpClient(retries=patient) as http:
        call = asyncio.ensure_future(http.get(httpserver.url_for("/")))
        while not call.done():
            ticks += 1
            await asyncio.sleep(0.01)
    assert call.result().status == 200
    assert ticks > 10


async def test_secrets_in_addresses_and_headers_reach_no_error_and_no_log(
    httpserver: HTTPServer, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    for status in (302, 401, 429, 500):
        httpserver.expect_request(f"/{CANARY}/{status}").respond_with_data(CANARY, status)
    urls = [httpserver.url_for(f"/{CANARY}/{status}") for status in (302, 401, 429, 500)]
    urls += [f"http://user:{CANARY}@127.0.0.1:{unused_tcp_port}/{CANARY}"]
    told = []
    async with HttpClient(retries=FAST) as http:
        for url in urls:
            with pytest.raises(HttpError) as failed:
                await http.request(
                    Request("GET", url, params={"key": CANARY}, headers={"authorization": f"Bearer {CANARY}"})
                )
            told += [*traceback.format_exception(failed.value), repr(failed.value), str(failed.value.__dict__)]
    assert CANARY not in "".join(told)
    assert CANARY not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("http"))
