"""The rights of each user of the bus follow from what it does there."""

import pytest

from libs.messaging import procedures
from libs.messaging.rights import ROLES, bus_users, rights_of
from libs.messaging.rpc import Procedure
from libs.messaging.topology import TOPOLOGY, covers

PROCEDURES = [value for value in vars(procedures).values() if isinstance(value, Procedure)]


def test_a_stage_may_work_through_its_durable_and_follow_its_table_and_nothing_else():
    rights = rights_of("scorer")

    assert rights.publish == (
        "listing.scored",
        "$JS.API.STREAM.INFO.LISTING_EXTRACTED",
        "$JS.API.CONSUMER.INFO.LISTING_EXTRACTED.scorer-listing-extracted",
        "$JS.API.CONSUMER.MSG.NEXT.LISTING_EXTRACTED.scorer-listing-extracted",
        "$JS.ACK.LISTING_EXTRACTED.scorer-listing-extracted.>",
        "$JS.ACK.*.*.LISTING_EXTRACTED.scorer-listing-extracted.>",
        "dead.scorer-listing-extracted",
        "$KV.ATTEMPTS.scorer-listing-extracted.*",
        "$JS.API.STREAM.INFO.KV_ATTEMPTS",
        "$JS.API.STREAM.MSG.GET.KV_ATTEMPTS",
        "$JS.API.STREAM.INFO.BASELINES",
        "$JS.API.CONSUMER.CREATE.BASELINES.>",
        "$JS.API.CONSUMER.INFO.BASELINES.*",
        "$JS.FC.BASELINES.>",
        "$JS.FC.*.*.BASELINES.>",
    )
    assert rights.deny_publish == (
        "$JS.API.CONSUMER.CREATE.BASELINES.catalog-baseline-updated",
        "$JS.API.CONSUMER.CREATE.BASELINES.catalog-baseline-updated.>",
    )
    assert rights.subscribe == ("_INBOX_scorer.>",)
    assert not rights.answers_requests


def test_who_serves_requests_may_hear_and_answer_them():
    rights = rights_of("extractor")

    assert rights.subscribe == ("_INBOX_extractor.>", "rpc.extractor.*")
    assert rights.answers_requests


def test_only_the_administrator_may_do_everything():
    assert [user.user for user in bus_users() if ">" in (*user.publish, *user.subscribe)] == ["admin"]


def test_whoever_works_on_the_bus_has_a_role():
    assert {each.service for each in TOPOLOGY.consumers} <= set(ROLES)


@pytest.mark.parametrize("user", ROLES)
def test_what_a_service_emits_is_stored_and_emitted_by_nobody_else(user):
    others = [subject for name, role in ROLES.items() if name != user for subject in role.publishes]
    for subject in ROLES[user].publishes:
        assert TOPOLOGY.stream_of(subject.removesuffix(".*"))
        assert subject not in others


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.subject)
def test_every_procedure_can_be_served_and_called(procedure):
    callers = [name for name, role in ROLES.items() if any(covers(each, procedure.subject) for each in role.calls)]

    assert any(covers(each, procedure.subject) for each in ROLES[procedure.service].serves)
    assert callers == ["api"]
