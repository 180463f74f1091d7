"""The asyncio side of participant.ts: after "ready" each line on stdin is one round, answered by a line with its figure."""

import asyncio
import gc
import sys
import time


LEAST_TIME = 20
"""Milliseconds. What takes less is done again and again, and its mean is the figure."""


def serve(main, run=asyncio.run):
    """Each round is run(main(size)). What main returns counts if bytes are measured, or milliseconds of its own."""
    size, measures = int(sys.argv[1]), sys.argv[2]
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        if measures in ("bytes", "given"):
            print(run(main(size)), flush=True)
        else:
            print(mean(main, size, time.process_time if measures == "cpu" else time.perf_counter), flush=True)


def mean(main, size, clock):
    start = clock()
    elapsed = count = 0
    while elapsed < LEAST_TIME:
        asyncio.run(main(size))
        count += 1
        elapsed = (clock() - start) * 1000
    return elapsed / count
