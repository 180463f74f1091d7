"""The Python side of bench/suites/executors.ts: asyncio.to_thread and ProcessPoolExecutor, one worker each."""

import asyncio
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def nothing():
    return 1


async def measure(name, executor):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(executor, nothing)

    async def sequential(count):
        for _ in range(count):
            await loop.run_in_executor(executor, nothing)

    async def burst(count):
        await asyncio.gather(*(loop.run_in_executor(executor, nothing) for _ in range(count)))

    for title, run, count in ("one after the other", sequential, 1000), ("in a burst", burst, 2000):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            await run(count)
            times.append((time.perf_counter() - start) * 1e6 / count)
        print(f"Python, {name}, no-op, {title}: {statistics.median(times):.1f} µs")


async def main():
    with ThreadPoolExecutor(1) as threads:
        await measure("threads (what to_thread uses)", threads)
    with ProcessPoolExecutor(1) as processes:
        await measure("ProcessPoolExecutor", processes)


if __name__ == "__main__":
    asyncio.run(main())
