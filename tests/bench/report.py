"""The tables of docs/performance.md, and the facts of the machine they were measured on."""

import os
import platform
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from libs.devstack import binaries
from libs.devstack.unit import ROOT
from tests.bench.latency import Latency
from tests.bench.run import Result
from tests.bench.variants import FEEDER, STAGES

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
QUIET_CORES = 0.2
"""More than this and the absolute numbers say little."""
COLUMNS = (FEEDER, *STAGES, "nats", "postgres")


@dataclass(slots=True)
class Measurements:
    """Everything one invocation found."""

    runs: dict[str, list[Result]] = field(default_factory=dict)
    latencies: list[Latency] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.runs.setdefault(result.variant, []).append(result)

    def per_second(self, variant: str) -> float:
        return median(each.per_second for each in self.runs[variant])

    def ratio(self, of: str, to: str) -> float:
        """Median over the rounds; the two runs of a round follow one another, so drift cancels out."""
        pairs = zip(self.runs[of], self.runs[to], strict=True)
        return median(one.per_second / other.per_second for one, other in pairs)

    def cpu_ratio(self, of: str, to: str) -> float:
        """The same by the CPU time a listing takes, which others on the machine disturb less."""
        pairs = zip(self.runs[of], self.runs[to], strict=True)
        return median(sum(other.cpu_us.values()) / sum(one.cpu_us.values()) for one, other in pairs)


def markdown(found: Measurements, facts: Mapping[str, str]) -> str:
    """Everything between the markers."""
    lines = [f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.", ""]
    lines += [f"* {name}: {value}" for name, value in facts.items()]
    return "\n".join([*lines, *_caveat(found), "", *throughput_lines(found), "", *latency_lines(found.latencies)])


def _caveat(found: Measurements) -> list[str]:
    """A sentence where the machine was not ours alone."""
    others = median(run.other_cores for runs in found.runs.values() for run in runs)
    if others < QUIET_CORES:
        return []
    return [
        f"* not quiet: others used {others:.1f} cores meanwhile, so rates and latencies are worse than the design's"
    ]


def throughput_lines(found: Measurements) -> list[str]:
    lines = [
        "| variant | listings/s (median, all runs) | busy cores | others' cores | " + " | ".join(COLUMNS) + " | all |",
        "|---|---|---|---|" + "---|" * (len(COLUMNS) + 1),
    ]
    for variant, runs in found.runs.items():
        cpu_us = {name: median(run.cpu_us[name] for run in runs) for name in COLUMNS}
        rates = ", ".join(f"{run.per_second:,.0f}" for run in runs)
        busy, others = (median(each) for each in zip(*((run.busy_cores, run.other_cores) for run in runs), strict=True))
        cells = [f"{cpu_us[name]:,.0f}" for name in COLUMNS] + [f"{median(sum(r.cpu_us.values()) for r in runs):,.0f}"]
        rate = f"**{found.per_second(variant):,.0f}** ({rates})"
        lines.append(f"| {variant} | {rate} | {busy:.2f} | {others:.2f} | {' | '.join(cells)} |")
    if {"ours", "naive", "raw"} <= found.runs.keys():
        lines += [
            "",
            *(
                f"* ours / {to}: **{found.ratio('ours', to):.2f}** by time, "
                f"{found.cpu_ratio('ours', to):.2f} by CPU time"
                for to in ("raw", "naive")
            ),
        ]
    return lines


def latency_lines(latencies: Sequence[Latency]) -> list[str]:
    return [
        "| listings/s | alerts | seen to alert p50 ms | p99 ms | look to alert p50 ms | p99 ms |",
        "|---|---|---|---|---|---|",
        *(
            f"| {each.rate:,} | {each.alerts:,} | {each.p50_ms:.1f} | **{each.p99_ms:.1f}** "
            f"| {each.looked_p50_ms:.1f} | {each.looked_p99_ms:.1f} |"
            for each in latencies
        ),
    ]


def write(text: str, page: Path = PAGE) -> None:
    """Put the tables between the markers of the page."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def machine_facts() -> dict[str, str]:
    """What the numbers depend on."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return {
        "machine": f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}",
        "load average before the first run (1, 5, 15 minutes)": load,
        "fsync of 8 kB": f"{_fsync_us():.0f} µs (median)",
        "software": f"Python {platform.python_version()}, {_version(binaries.nats_server())}, "
        f"{_version(binaries.postgres_bin() / 'postgres')}",
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.processor()


def _version(binary: Path) -> str:
    done = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _fsync_us(times: int = 200) -> float:
    taken = []
    with tempfile.TemporaryFile() as file:
        for _ in range(times):
            file.seek(0)
            file.write(b"\0" * 8192)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - began) * 1e6)
    return median(taken)
