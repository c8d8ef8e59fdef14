"""Structured logs: one line an event, secrets redacted, the vendors kept quiet."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

QUIET = ("httpx", "httpcore", "faststream", "uvicorn", "asyncio", "nats", "opentelemetry")

SECRET = re.compile(r"(/api/webhooks/\d+/)[\w-]+|(//[^/\s:@]+:)[^@\s/]+(?=@)|((?:Bearer|Basic|Bot)\s+)[\w.~+/=-]+")
"""A Discord webhook's token, a password in an address, an authorization header."""


def redact(text: str) -> str:
    """Take secrets out of a text, leaving what helps to find them."""
    return SECRET.sub(lambda match: f"{match[1] or match[2] or match[3]}***", text)


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def set_up_logs(service: str, log_format: str, level: str) -> None:
    """Log to standard error as JSON or for the eye; third-party loggers speak from WARNING on."""
    pretty = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact_event,
            pretty if log_format == "console" else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_redact_record)


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), None
    return True
