"""What the development stack works out without starting anything."""

import json
import os
import stat
from pathlib import Path

import pytest

from libs.devstack import binaries
from libs.devstack.accounts import Account
from libs.devstack.errors import StackError
from libs.devstack.logs import harmless, prefixed
from libs.devstack.nats import configuration
from libs.devstack.server import tail
from libs.devstack.stack import StackSettings
from libs.messaging.rights import Rights


def test_the_configuration_syncs_every_write_and_gives_each_user_its_rights():
    rendered = configuration(
        port=4222,
        monitor_port=8222,
        folder=Path("/data"),
        rights=[Rights("scorer", ("listing.scored",), ("_INBOX_scorer.>",), deny_publish=("secret.>",))],
        passwords={"scorer": 'quo"te', "sys": "s"},
    )
    assert json.loads(rendered) == {
        "server_name": "dealstream",
        "listen": "127.0.0.1:4222",
        "http": "127.0.0.1:8222",
        "pid_file": "/data/nats.pid",
        "max_payload": 8388608,
        "jetstream": {"store_dir": "/data/jetstream", "sync_interval": "always"},
        "accounts": {
            "DEALSTREAM": {
                "jetstream": "enabled",
                "users": [
                    {
                        "user": "scorer",
                        "password": 'quo"te',
                        "permissions": {
                            "publish": {"allow": ["listing.scored"], "deny": ["secret.>"]},
                            "subscribe": {"allow": ["_INBOX_scorer.>"]},
                        },
                    }
                ],
            },
            "SYS": {"users": [{"user": "sys", "password": "s"}]},
        },
        "system_account": "SYS",
    }


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[32mgreen\x1b[0m", "\x1b[32mgreen\x1b[0m"),
        ("\x1b]0;title\x07wiped\x1b[2J", "]0;titlewiped[2J"),
        ("over\rwritten\x00", "overwritten"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_a_seller_cannot_drive_the_terminal_through_a_log(line, shown):
    assert harmless(line) == shown


def test_log_lines_say_who_spoke():
    assert prefixed("scorer", "scored", width=8, index=0, colour=False) == "scorer   │ scored"
    assert prefixed("scorer", "scored", width=8, index=1, colour=True) == "\x1b[32mscorer   │\x1b[0m scored"


def test_the_tail_of_a_log_is_its_last_lines(tmp_path):
    (tmp_path / "a.log").write_text("".join(f"line {number}\n" for number in range(20_000)))

    assert tail(tmp_path / "a.log", 2) == "line 19998\nline 19999"
    assert tail(tmp_path / "none.log") == f"({tmp_path / 'none.log'} was not written)"


def test_a_named_binary_that_is_not_there_is_an_error_with_its_variable(monkeypatch):
    monkeypatch.setenv("DEALSTREAM_PG_BIN", "/nowhere")

    with pytest.raises(StackError, match="DEALSTREAM_PG_BIN points at /nowhere/postgres, which does not exist"):
        binaries.postgres_bin()


def test_an_old_nats_server_on_the_path_is_refused(monkeypatch, tmp_path):
    old = tmp_path / "nats-server"
    old.write_text("#!/bin/sh\necho nats-server: v2.9.10\n")
    old.chmod(0o755)
    monkeypatch.delenv("DEALSTREAM_NATS_SERVER", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(binaries, "_package", lambda _: None)

    with pytest.raises(StackError, match=r"is version 2\.9; 2\.11 or newer is needed"):
        binaries.nats_server()


def test_an_account_does_not_reach_what_lies_in_a_closed_folder(tmp_path):
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    stranger = Account(uid=tmp_path.stat().st_uid + 1, gid=tmp_path.stat().st_gid + 1)
    closed.chmod(0o711)
    above_is_open = all(folder.stat().st_mode & stat.S_IXOTH for folder in tmp_path.parents)
    open_to_all = stranger.reaches(closed / "data")
    closed.chmod(0o700)

    assert open_to_all is (above_is_open and bool(tmp_path.stat().st_mode & stat.S_IXOTH))
    assert stranger.reaches(closed / "data") is False


def test_services_are_chosen_by_name(monkeypatch):
    monkeypatch.setenv("DEALSTREAM_SERVICES", "scorer, poller")
    assert StackSettings().services == ("poller", "scorer")
    monkeypatch.setenv("DEALSTREAM_SERVICES", "none")
    assert StackSettings().services == ()
    monkeypatch.setenv("DEALSTREAM_SERVICES", "scorrer")
    with pytest.raises(ValueError, match="no service scorrer; there are simulator, poller"):
        StackSettings()
