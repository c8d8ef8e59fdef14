"""Subjects, streams and durables fit together."""

import pytest

from libs.contracts.registry import EVENTS
from libs.messaging.topology import TOPOLOGY, covers


@pytest.mark.parametrize(
    ("pattern", "subject", "covered"),
    [
        ("listing.seen", "listing.seen", True),
        ("listing.seen", "listing.seen.more", False),
        ("alert.*", "alert.raised", True),
        ("alert.*", "alert", False),
        ("alert.*", "alert.raised.twice", False),
        ("dead.>", "dead.scorer", True),
        ("dead.>", "dead", False),
        ("a.*.c", "a.b.c", True),
    ],
)
def test_patterns_cover_as_the_server_reads_them(pattern: str, subject: str, *, covered: bool) -> None:
    assert covers(pattern, subject) is covered


@pytest.mark.parametrize("subject", sorted(EVENTS))
def test_every_event_has_exactly_one_stream(subject: str) -> None:
    stored = [
        stream.name
        for stream in TOPOLOGY.streams
        if any(covers(pattern, subject) or covers(pattern, f"{subject}.key") for pattern in stream.subjects)
    ]
    assert stored == [TOPOLOGY.stream_of(subject)]


def test_no_two_durables_share_a_name_and_every_filter_lies_in_its_stream() -> None:
    names = [consumer.durable for consumer in TOPOLOGY.consumers]
    assert len(set(names)) == len(names)
    streams = {stream.name: stream.subjects for stream in TOPOLOGY.streams}
    for consumer in TOPOLOGY.consumers:
        assert any(
            covers(pattern, (consumer.filter_subject or consumer.subject).replace(">", "key"))
            for pattern in streams[consumer.stream]
        )
