"""`dealstream admin` as an operator types it, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import nats
import pytest

from libs.messaging.provision import provision
from tests.integration.messaging.pipe import open_pipe
from tests.integration.messaging.test_dead import letter

ROOT = Path(__file__).parents[3]


def admin(*arguments: str, url: str | None, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DEALSTREAM_")}
    environment |= {"DEALSTREAM_DATA_DIR": str(folder), "COLUMNS": "160"}
    if url is not None:
        environment["DEALSTREAM_NATS_URL"] = url
    code = "import sys; from cli.admin import app; sys.exit(app(sys.argv[1:], result_action='return_value'))"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


async def provisioned(url: str) -> None:
    client = await nats.connect(url)
    await provision(client.jetstream())
    await client.close()


async def test_provision_creates_everything_and_check_reports_what_differs(nats_url: str, tmp_path: Path) -> None:
    missing = admin("provision", "--check", url=nats_url, folder=tmp_path)
    assert missing.returncode == 1
    assert "stream LISTING_SEEN is missing; run the provisioning command" in missing.stdout
    created = admin("provision", url=nats_url, folder=tmp_path)
    assert created.returncode == 0, created.stderr
    again = admin("provision", "--check", url=nats_url, folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "Nothing differs.\n")


async def test_streams_shows_how_far_the_readers_are(nats_url: str, tmp_path: Path) -> None:
    await provisioned(nats_url)
    client = await nats.connect(nats_url)
    for _ in range(3):
        await client.jetstream().publish("listing.seen", b"{}")
    await client.close()
    shown = admin("streams", url=nats_url, folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    (line,) = [line for line in shown.stdout.splitlines() if "extractor-listing-seen" in line]
    assert line.split() == ["LISTING_SEEN", "3", "0.0", "extractor-listing-seen", "3", "0", "0"]


async def test_letters_are_listed_shown_and_sent_back(nats_url: str, tmp_path: Path) -> None:
    async with open_pipe(nats_url) as pipe:
        await provision(pipe.js)
        await pipe.send(letter(1), letter(2, error="[red]\x1b[2Jno\u202e such [/x] thing"))
        listed = admin("dead", "list", url=nats_url, folder=tmp_path)
        assert [line.split()[0] for line in listed.stdout.splitlines()] == ["number", "2", "1"]
        assert "[red][2Jno such [/x] thing" in listed.stdout
        shown = admin("dead", "show", "1", url=nats_url, folder=tmp_path)
        assert "failure 1" in shown.stdout
        assert '"text": "1"' in shown.stdout
        sent = admin("dead", "redrive", "--reason", "permanent", url=nats_url, folder=tmp_path)
        assert (sent.returncode, sent.stdout) == (0, "2 sent back.\n")
        assert (await pipe.js.stream_info("PING")).state.messages == 2
    assert "No dead letters." in admin("dead", "list", url=nats_url, folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("dead", "show", "7"), "there is no dead letter 7"),
        (("dead", "redrive", "7"), "there is no dead letter 7"),
        (("dead", "redrive"), "say which: numbers, --stage, --reason or --all"),
    ],
)
async def test_a_mistake_is_answered_with_a_sentence(
    nats_url: str, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    await provisioned(nats_url)
    failed = admin(*arguments, url=nats_url, folder=tmp_path)
    assert failed.returncode == 2
    assert failed.stderr.strip() == sentence


def test_without_a_bus_it_says_how_to_get_one(tmp_path: Path) -> None:
    failed = admin("streams", url=None, folder=tmp_path)
    assert failed.returncode == 2
    assert failed.stderr.strip() == "There is no bus: start the stack with `make up`, or set DEALSTREAM_NATS_URL."


def test_a_bus_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    failed = admin("streams", url="nats://admin:hunter2@127.0.0.1:9", folder=tmp_path)
    assert failed.returncode == 2
    assert "The bus at 127.0.0.1:9 does not answer" in failed.stderr
    assert "hunter2" not in failed.stderr
