"""How to run a task after a delay?

Sleep first, then await the coroutine: a coroutine of two lines. Await it, or make a task of it to go on meanwhile.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def delay_start(seconds, work):
    await asyncio.sleep(seconds)
    return await work


async def ring(name):
    print(f"{name}: rings")
    return f"{name} was heard"


async def main():
    print("awaited")
    print(await delay_start(second, ring("alarm")))

    print("in the background")
    task = asyncio.create_task(delay_start(second, ring("phone")))
    await asyncio.sleep(0)
    print("main: nothing rings yet")
    print(await task)

    print("part of a larger piece of work")
    doorbell = delay_start(second, ring("doorbell"))
    print((await doorbell).upper())


asyncio.run(main())
