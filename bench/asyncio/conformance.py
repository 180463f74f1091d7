"""Programs of the conformance specs, run by their oracle: by asyncio, on loops in virtual time."""

import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from participant import serve

spec = Path(__file__).parents[2] / "spec" / "conformance"
sys.path.insert(0, str(spec))

from oracle import run_program  # noqa: E402

fixtures = [
    json.loads(line)
    for file in sorted(spec.joinpath("fixtures").rglob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


def main(size):
    chosen = list(islice(cycle(fixtures), size))
    start = time.perf_counter()
    results = [run_program(fixture["program"]) for fixture in chosen]
    elapsed = (time.perf_counter() - start) * 1000
    assert results == [fixture["expected"] for fixture in chosen]
    return elapsed


serve(main, run=lambda elapsed: elapsed)
