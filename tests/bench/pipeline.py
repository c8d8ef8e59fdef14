"""Measure the pipeline: ``python -m tests.bench.pipeline [--quick]``, or ``make bench``."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench import report
from tests.bench.ground import open_ground
from tests.bench.latency import measure_latency
from tests.bench.run import measure
from tests.bench.sink import otlp_sink
from tests.bench.variants import NAIVE, OURS, RAW, VARIANTS

LISTINGS = 8_000
ROUNDS = 3
LATENCY_SECONDS = {50: 43, 200: 23, 1000: 13}
"""At each rate enough seconds for some hundred alerts; three of them are dropped."""


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pipeline", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, few listings; docs/performance.md stays")
    parser.add_argument("--listings", type=int, default=LISTINGS, help="listings in a run of ours")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often every variant runs, in turn")
    parser.add_argument("--variants", default=",".join(VARIANTS), help="which variants to run")
    parser.add_argument("--dry", action="store_true", help="print only; docs/performance.md stays")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.listings, chosen.rounds, chosen.dry = 2_000, 1, True
    return chosen


async def main(chosen: argparse.Namespace, console: Console) -> report.Measurements:
    found = report.Measurements()
    variants = [VARIANTS[name] for name in chosen.variants.split(",")]
    rates = {rate: 8 if chosen.quick else seconds for rate, seconds in LATENCY_SECONDS.items()}
    columns = (TextColumn("{task.description:34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with tempfile.TemporaryDirectory() as folder, Progress(*columns, console=console) as progress:
        task = progress.add_task("servers", total=chosen.rounds * len(variants) + len(rates))
        log = Path(folder) / "processes.log"
        async with open_ground() as ground, otlp_sink() as otlp:
            for _ in range(chosen.rounds):
                for variant in variants:
                    count = int(chosen.listings * variant.share)
                    progress.update(task, description=f"{variant.name}: {count:,} listings")
                    found.add(await measure(ground, variant, count, otlp, log))
                    progress.advance(task)
            for rate, seconds in rates.items():
                progress.update(task, description=f"latency: {rate:,} a second")
                found.latencies.append(await measure_latency(ground, OURS, rate, seconds, otlp, log))
                progress.advance(task)
    return found


def run(arguments: list[str] | None = None) -> None:
    chosen, console = options(arguments), Console()
    facts = report.machine_facts()
    facts["runs"] = (
        f"{chosen.rounds} rounds; {chosen.listings:,} listings in a run of ours, {OURS.share / NAIVE.share:.0f} "
    )
    facts["runs"] += f"times fewer of naive, {RAW.share:.0f} times as many of raw"
    text = report.markdown(asyncio.run(main(chosen, console)), facts)
    console.print(Markdown(text) if console.is_terminal else text, soft_wrap=True)
    if not chosen.dry:
        report.write(text)
        console.print(f"written to {report.PAGE.name}")


if __name__ == "__main__":
    run()
