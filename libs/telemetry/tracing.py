"""Traces over OTLP: set up once a process; a message's trace passes as one header."""

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from libs.telemetry.logs import redact

_tracer = trace.get_tracer("dealstream")

UNSAMPLED = tuple("02468aceACE")
"""Last digits of a ``traceparent`` whose lowest flag, which says that the trace is recorded, is not set."""


def set_up_tracing(service: str, endpoint: str, ratio: float) -> TracerProvider:
    """Export this process's spans to an OTLP/HTTP endpoint; an empty endpoint only passes contexts on."""
    provider = TracerProvider(
        resource=Resource.create({"service.name": service}), sampler=ParentBased(TraceIdRatioBased(ratio))
    )
    if endpoint:
        exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider


def start_trace(name: str, **attributes: str | int) -> Span:
    """Begin a trace of its own, linked to what is being done: one request may begin thousands."""
    around = trace.get_current_span().get_span_context()
    links = [Link(around)] if around.is_valid else []
    return _tracer.start_span(name, context=Context(), kind=SpanKind.PRODUCER, attributes=attributes, links=links)


def continue_trace(name: str, traceparent: str | None, kind: SpanKind = SpanKind.CONSUMER) -> Span | None:
    """Begin this process's span of a sampled trace; ``None`` when the trace is not sampled.

    Unsampled traces cost nothing here: their header passes on as it came.
    """
    if traceparent is None or traceparent[-1:] in UNSAMPLED:
        return None
    context = parse_traceparent(traceparent)
    if context is None or not context.trace_flags.sampled:
        return None
    return _tracer.start_span(name, context=set_span_in_context(NonRecordingSpan(context)), kind=kind)


def note_failure(span: Span, error: BaseException) -> None:
    """Say on a span why its work failed, without the secrets that an error may quote."""
    span.set_status(StatusCode.ERROR, redact(f"{type(error).__name__}: {error}"))


def traceparent_of(span: Span) -> str:
    """Write a span's context as W3C ``traceparent``."""
    context = span.get_span_context()
    flags = f"{int(context.trace_flags):02x}"
    return f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}-{flags}"


def parse_traceparent(header: str | None) -> SpanContext | None:
    """Read W3C ``traceparent``; ``None`` for one that is absent or malformed."""
    try:
        version, trace_id, span_id, flags = (header or "").split("-")
        sampled = TraceFlags(int(flags, 16))
        context = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=sampled)
    except ValueError:
        return None
    return context if version == "00" and context.is_valid else None
