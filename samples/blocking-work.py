"""How to run blocking I/O or CPU work?

In a thread or in a process: called directly, a function that blocks holds up the whole loop. `to_thread` gives a
coroutine as any other: nothing starts before it is awaited or scheduled. `loop.run_in_executor` starts at once, in the
default executor, which is a pool of threads, or in a pool that you give it; a pool of processes is closed by its scope.
"""

import asyncio
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor

second = 0.1  # a tenth of a real one
ticks = 0


def yes_no(fact):
    return "yes" if fact else "no"


def read_page(flag, seconds):
    """Blocks where it runs, as a driver may."""
    flag.set()
    time.sleep(seconds)
    return "a page"


def count_primes(limit):
    """Computes where it runs."""
    primes = 0
    for n in range(2, limit):
        divisor = 2
        while divisor * divisor <= n and n % divisor:
            divisor += 1
        primes += divisor * divisor > n
    return primes, os.getpid()


async def tick():
    global ticks
    while True:
        await asyncio.sleep(second / 10)
        ticks += 1


async def main():
    global ticks
    ticker = asyncio.create_task(tick(), name="ticker")
    flag = threading.Event()
    started = flag.is_set
    await asyncio.sleep(second)

    print("called directly")
    ticks = 0
    print(f"  {read_page(flag, 5 * second)}")
    print(f"  the loop ticked meanwhile: {yes_no(ticks > 0)}")

    print("a coroutine for a thread")
    flag.clear()
    reading = asyncio.to_thread(read_page, flag, 5 * second)
    await asyncio.sleep(second)
    print(f"  has it started before it is awaited? {yes_no(started())}")
    ticks = 0
    print(f"  awaited: {await reading}")
    print(f"  the loop ticked meanwhile: {yes_no(ticks > 0)}")

    print("the same, scheduled")
    flag.clear()
    task = asyncio.create_task(asyncio.to_thread(read_page, flag, second))
    print(f"  has it started before anybody suspends? {yes_no(started())}")
    while not started():
        await asyncio.sleep(second / 10)
    print(f"  and now? {yes_no(started())}")
    print(f"  awaited: {await task}")

    print("the default executor")
    flag.clear()
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, read_page, flag, second)
    while not started():
        await asyncio.sleep(second / 10)
    print(f"  nobody awaits it; has it started? {yes_no(started())}")
    print(f"  awaited: {await future}")

    print("a pool of processes")
    with ProcessPoolExecutor(max_workers=1) as pool:
        ticks = 0
        primes, pid = await loop.run_in_executor(pool, count_primes, 200_000)
        print(f"  primes: {primes}")
        print(f"  computed in another process: {yes_no(pid != os.getpid())}")
        print(f"  the loop ticked meanwhile: {yes_no(ticks > 0)}")
    try:
        await loop.run_in_executor(pool, count_primes, 1)
    except RuntimeError as error:
        print(f"  after its scope it refuses work: {type(error).__name__}")

    ticker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
