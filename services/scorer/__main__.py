"""Run the scorer: ``python -m services.scorer``."""

from libs.runtime.service import run
from services.scorer.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
