"""Mistakes in the Tiltfile are found by running it."""

import pytest

from deploy.tilt import Call, calls_of
from tests.unit.deploy.conftest import Break, Faults

CHECK = "Tiltfile: what it calls"


def test_it_is_really_executed() -> None:
    text = 'for name in ["a", "b"]:\n    k8s_resource(name, labels = ["x" + name])\n'
    assert calls_of(text) == [
        Call("k8s_resource", ("a",), {"labels": ["xa"]}),
        Call("k8s_resource", ("b",), {"labels": ["xb"]}),
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("k8s_yaml(", "k8s_yml(", "it cannot be executed: "),
        ('"scorer", ', "", "the image dealstream/scorer is not built"),
        ('"api", "simulator"]', '"api", "analyst", "simulator"]', "the image dealstream/analyst belongs to no service"),
        ("overlays/dev", "overlays/development", "kustomize of deploy/overlays/development, which there is not"),
        ('{"SERVICE": name}', '{"SERVICE": "api"}', "poller: is built with {'SERVICE': 'api'}"),
        ('"services." + name]', '"service." + name]', "poller: starts ['python', '-m', 'service.poller']"),
        (
            '"deploy/Dockerfile",\n        build',
            '"Dockerfile",\n        build',
            "poller: is built from Dockerfile, which",
        ),
        ('k8s_resource("migrate"', 'k8s_resource("migrat"', "the resource migrate is missing"),
        ('["provision", "migrate"]', '["provision"]', "poller: must wait for provision and migrate"),
        ("ext://restart_process", "ext://restart", "it cannot be executed: "),
    ],
)
def test_a_mistake_is_found(seed: Break, faults: Faults, old: str, new: str, fault: str) -> None:
    seed("Tiltfile", old, new)
    assert fault in "\n".join(faults(CHECK))


def test_a_live_update_that_copies_nothing_is_found(seed: Break, faults: Faults) -> None:
    seed("Tiltfile", '            sync("libs", "/app/libs"),\n', "")
    seed("Tiltfile", '            sync("services/" + name, "/app/services/" + name),\n', "")
    assert "api: no folder is kept in step; live_update needs a sync" in faults(CHECK)


def test_a_tiltfile_that_grows_is_found(seed: Break, faults: Faults) -> None:
    seed("Tiltfile", 'load("ext', "\n" * 60 + 'load("ext')
    assert "60 are enough" in faults(CHECK)[0]
