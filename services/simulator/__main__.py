"""`python -m services.simulator`: the simulated eBay and Discord."""

import sys

from services.simulator.server import run
from services.simulator.settings import SimulatorSettings


def main() -> None:
    settings = SimulatorSettings()
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stderr.write(f"The simulated eBay and Discord listen on http://{host}:{settings.port}\n")
    run(settings)


if __name__ == "__main__":
    main()
