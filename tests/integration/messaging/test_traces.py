"""A message stays in its trace whatever happens to it, on a real server."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from libs.domain.errors import PermanentError
from libs.messaging.headers import Passage
from libs.telemetry import tracing
from tests.integration.messaging.pipe import Pipe, echo, ping, until

TRACE_ID, ROOT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED = f"00-{TRACE_ID}-{ROOT_ID}-01"
UNSAMPLED = f"00-{TRACE_ID}-{ROOT_ID}-00"
WEBHOOK = "https://discord.com/api/webhooks/42/canary-b81c5d0e"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Where this process's spans go, for one test; the global provider can be set only once."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def links_of(span: ReadableSpan) -> tuple[str, str, str]:
    """The span's name, trace and parent."""
    assert span.context is not None
    return span.name, f"{span.context.trace_id:032x}", "" if span.parent is None else f"{span.parent.span_id:016x}"


def id_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return f"{span.context.span_id:016x}"


async def ended(exporter: InMemorySpanExporter, count: int) -> tuple[ReadableSpan, ...]:
    async def all_ended() -> bool:
        return len(exporter.get_finished_spans()) >= count

    await until(all_ended)
    return exporter.get_finished_spans()


async def test_a_message_that_is_delivered_again_stays_in_its_trace_and_its_effect_follows_from_the_try_that_worked(
    pipe: Pipe, exporter: InMemorySpanExporter
):
    tries: list[int] = []

    async def fail_once(batch):
        tries.append(len(batch))
        if len(tries) == 1:
            raise ConnectionError(f"POST {WEBHOOK} was refused")
        return await echo(batch)

    await pipe.send(ping("a"), passage=Passage(traceparent=SAMPLED))
    await pipe.run(fail_once)
    first, second = await ended(exporter, 2)

    assert links_of(first) == links_of(second) == ("stage worker-ping", TRACE_ID, ROOT_ID)
    assert (first.status.is_ok, second.status.is_ok) == (False, True)
    assert first.status.description == "ConnectionError: POST https://discord.com/api/webhooks/42/*** was refused"
    assert "canary" not in first.to_json()
    (told,) = await pipe.messages("PONG")
    assert told.headers["traceparent"] == f"00-{TRACE_ID}-{id_of(second)}-01"


async def test_a_message_that_is_sent_again_stays_in_its_trace(pipe: Pipe, exporter: InMemorySpanExporter):
    await pipe.run(echo)
    await pipe.send(ping("a"), passage=Passage(1, SAMPLED))
    await ended(exporter, 1)
    await pipe.send(ping("a"), passage=Passage(2, SAMPLED))
    spans = await ended(exporter, 2)

    assert [links_of(span) for span in spans] == [("stage worker-ping", TRACE_ID, ROOT_ID)] * 2
    told = await pipe.messages("PONG")
    assert [each.headers["traceparent"] for each in told] == [f"00-{TRACE_ID}-{id_of(span)}-01" for span in spans]


async def test_a_dead_letter_follows_from_the_stage_that_gave_up(pipe: Pipe, exporter: InMemorySpanExporter):
    async def refuse(batch):
        raise PermanentError("there is no such thing")

    await pipe.send(ping("a"), passage=Passage(traceparent=SAMPLED))
    await pipe.run(refuse)
    (span,) = await ended(exporter, 1)

    async def buried() -> bool:
        return bool(await pipe.messages("DEAD"))

    await until(buried)
    (letter,) = await pipe.messages("DEAD")
    assert letter.headers["traceparent"] == f"00-{TRACE_ID}-{id_of(span)}-01"


async def test_an_unsampled_trace_makes_no_span_and_passes_on(pipe: Pipe, exporter: InMemorySpanExporter):
    await pipe.send(ping("a"), passage=Passage(traceparent=UNSAMPLED))
    await pipe.run(echo)
    await pipe.settled()

    (told,) = await pipe.messages("PONG")
    assert told.headers["traceparent"] == UNSAMPLED
    assert exporter.get_finished_spans() == ()


def test_a_sighting_begun_inside_a_request_has_a_trace_of_its_own_and_a_link_to_the_request(
    exporter: InMemorySpanExporter,
):
    with tracing._tracer.start_as_current_span("request") as request:
        tracing.start_trace("poll", source="ebay").end()

    poll, around = exporter.get_finished_spans()
    assert poll.context is not None
    assert around.context is not None
    assert poll.parent is None
    assert poll.context.trace_id != around.context.trace_id
    assert [link.context.span_id for link in poll.links] == [request.get_span_context().span_id]
