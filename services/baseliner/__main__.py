"""Run the baseliner: ``python -m services.baseliner``."""

from libs.runtime.service import run
from services.baseliner.app import create_service

if __name__ == "__main__":
    raise SystemExit(run(create_service()))
