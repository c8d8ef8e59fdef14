"""Run the poller: ``python -m services.poller``."""

from libs.runtime.service import run
from services.poller.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
