"""Run the catalog: ``python -m services.catalog``."""

from libs.runtime.service import run
from services.catalog.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
