"""deploy/nats: read by the server itself, with one user for every service and the rights the code says.

``python -m deploy.bus`` writes ``users.conf`` from libs/messaging/rights.py.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from deploy.report import SkipError, complaints
from libs.devstack import binaries
from libs.devstack.errors import StackError
from libs.messaging.rights import ADMINISTRATOR, Rights, bus_users

FOLDER = Path("deploy/nats")
HEADER = "# Written by `python -m deploy.bus` from libs/messaging/rights.py.\n"


def users() -> str:
    """The users of the bus in the server's own format; passwords are variables of its environment."""
    return f"{HEADER}users: [\n{''.join(map(_user, bus_users()))}]\n"


def _user(rights: Rights) -> str:
    login = f"user: {rights.user}, password: {password_variable(rights.user)}"
    if rights == ADMINISTRATOR:
        return f"  {{ {login} }}\n"
    publish = {"allow": rights.publish, **({"deny": rights.deny_publish} if rights.deny_publish else {})}
    permissions = {"publish": publish, "subscribe": {"allow": rights.subscribe}}
    answers = {"allow_responses": True} if rights.answers_requests else {}
    return f"  {{ {login}, permissions: {json.dumps(permissions | answers, indent=2)} }}\n"


def password_variable(user: str) -> str:
    return f"${user.upper()}_PASSWORD"


def server_faults(root: Path) -> list[str]:
    try:
        server = binaries.nats_server()
    except StackError as error:
        raise SkipError(str(error)) from None
    texts = [path.read_text(encoding="utf-8") for path in (root / FOLDER).glob("*.conf")]
    variables = {name for text in texts for name in re.findall(r"\$([A-Z_]+_PASSWORD)", text)}
    environment = {**os.environ, **dict.fromkeys(variables, "development")}
    return complaints([str(server), "-t", "-c", str(root / FOLDER / "nats.conf")], environment=environment)


def user_faults(root: Path) -> Iterator[str]:
    if (root / FOLDER / "users.conf").read_text(encoding="utf-8") != users():
        yield "users.conf is not what libs/messaging/rights.py says; run `python -m deploy.bus`"
    if not re.search(
        r"^\s*sync_interval: always$", (root / FOLDER / "nats.conf").read_text(encoding="utf-8"), re.MULTILINE
    ):
        yield "sync_interval is not always: what was acknowledged could be lost with the power"


if __name__ == "__main__":
    (FOLDER / "users.conf").write_text(users(), encoding="utf-8")
