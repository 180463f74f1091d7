import asyncio
import time

from participant import serve


async def main(size):
    cleaned = 0

    async def sleeper():
        nonlocal cleaned
        try:
            await asyncio.sleep(60)
        finally:
            cleaned += 1

    tasks = [asyncio.create_task(sleeper()) for _ in range(size)]
    await asyncio.sleep(0)
    start = time.perf_counter()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    took = time.perf_counter() - start
    assert cleaned == size
    return took * 1000


serve(main)
