import asyncio
import sys
import time

from participant import serve

DEPTH = 1000
sys.setrecursionlimit(10 * DEPTH)


async def descend(left, suspensions):
    if left == 0:
        for _ in range(suspensions):
            await asyncio.sleep(0)
        return 0
    return 1 + await descend(left - 1, suspensions)


async def main(size):
    chains = 2 if size > 10 else 50
    start = time.perf_counter()
    total = 0
    for _ in range(chains):
        total += await descend(DEPTH, size)
    assert total == chains * DEPTH
    return (time.perf_counter() - start) * 1000 / chains


serve(main)
