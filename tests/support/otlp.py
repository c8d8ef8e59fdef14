"""An OTLP/HTTP receiver on a real socket, and what it received as trees of spans."""

import gzip
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast, override

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

PROTOBUF = "application/x-protobuf"
BODY_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """One span, and the service whose process made it."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: bool
    attributes: Mapping[str, str]

    @property
    def label(self) -> str:
        return f"{self.service}: {self.name}"


@dataclass(frozen=True, slots=True)
class Branch:
    """A span and what it led to."""

    span: ReceivedSpan
    children: tuple["Branch", ...]

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as people draw it, two blanks a level."""
        yield "  " * depth + self.span.label
        for child in self.children:
            yield from child.lines(depth + 1)


class SpanReceiver:
    """Takes what exporters send to ``/v1/traces``, as protobuf, gzipped or not."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: list[bytes] = []
        """Every request's body, unpacked: where a secret would be found."""
        self.encodings: set[str] = set()
        self._spans: list[ReceivedSpan] = []
        self._lock = threading.Lock()

    @property
    def spans(self) -> list[ReceivedSpan]:
        with self._lock:
            return list(self._spans)

    def trace(self, trace_id: str) -> list[Branch]:
        """The trees of a trace; more than one where a parent is missing."""
        spans = [span for span in self.spans if span.trace_id == trace_id]
        known = {span.span_id for span in spans}

        def grow(span: ReceivedSpan) -> Branch:
            children = sorted((each for each in spans if each.parent_id == span.span_id), key=lambda each: each.label)
            return Branch(span, tuple(map(grow, children)))

        return [grow(span) for span in spans if span.parent_id not in known]

    def receive(self, body: bytes, encoding: str) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        spans = list(_spans_of(request))
        with self._lock:
            self.bodies.append(body)
            self.encodings.add(encoding)
            self._spans += spans


@contextmanager
def span_receiver() -> Iterator[SpanReceiver]:
    """Listen on a free port of loopback until the block is left."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    receiver = SpanReceiver(f"http://127.0.0.1:{server.server_port}")
    server.receiver = receiver  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers["content-length"] or 0), BODY_LIMIT))
        encoding = self.headers["content-encoding"] or "identity"
        if self.path != "/v1/traces":
            self._answer(HTTPStatus.NOT_FOUND)
        elif self.headers.get_content_type() != PROTOBUF or encoding not in ("identity", "gzip"):
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        else:
            self._receive(body, encoding)

    def _receive(self, body: bytes, encoding: str) -> None:
        receiver = cast("SpanReceiver", self.server.receiver)  # type: ignore[attr-defined]
        try:
            receiver.receive(gzip.decompress(body) if encoding == "gzip" else body, encoding)
        except (DecodeError, OSError, EOFError, zlib.error):
            self._answer(HTTPStatus.BAD_REQUEST)
        else:
            self._answer(HTTPStatus.OK, ExportTraceServiceResponse().SerializeToString())

    def _answer(self, status: HTTPStatus, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-type", PROTOBUF)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the test speaks."""


def _spans_of(request: ExportTraceServiceRequest) -> Iterator[ReceivedSpan]:
    for resource in request.resource_spans:
        service = _texts(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    service=service,
                    name=span.name,
                    trace_id=span.trace_id.hex(),
                    span_id=span.span_id.hex(),
                    parent_id=span.parent_span_id.hex(),
                    failed=span.status.code == span.status.STATUS_CODE_ERROR,
                    attributes=_texts(span.attributes),
                )


def _texts(attributes: "Iterator[KeyValue]") -> dict[str, str]:
    return {each.key: str(getattr(each.value, each.value.WhichOneof("value") or "string_value")) for each in attributes}
