"""Run the extractor: ``python -m services.extractor``."""

from libs.runtime.service import run
from services.extractor.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
