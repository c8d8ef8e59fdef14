"""Run the notifier: ``python -m services.notifier``."""

from libs.runtime.service import run
from services.notifier.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
