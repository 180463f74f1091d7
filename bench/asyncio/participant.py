"""The asyncio side of participant.ts: after "ready" each line on stdin is one round, answered by a line with its figure."""

import asyncio
import gc
import sys
import time


def serve(main, run=asyncio.run):
    """Each round is run(main(size)). What main returns counts if bytes are measured, or milliseconds of its own."""
    size, measures = int(sys.argv[1]), sys.argv[2]
    clock = time.process_time if measures == "cpu" else time.perf_counter
    print("ready", flush=True)
    for _ in sys.stdin:
        gc.collect()
        start = clock()
        result = run(main(size))
        elapsed = (clock() - start) * 1000
        print(elapsed if measures in ("time", "cpu") else result, flush=True)
