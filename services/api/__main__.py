"""Run the API and the console: ``python -m services.api``."""

import sys

from libs.runtime.service import run
from services.api.app import create_service
from services.api.server import NoDoorError, open_door
from services.api.settings import ApiSettings

REFUSED = 78


def main() -> int:
    settings = ApiSettings()
    try:
        door = open_door(settings)
    except NoDoorError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return REFUSED
    return run(create_service(settings, door))


if __name__ == "__main__":
    raise SystemExit(main())
