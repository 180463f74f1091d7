"""Wait, but not for ever?

Give wait a timeout. When it is over you get what is done and what is pending, without any error; what is pending
goes on running until it ends by itself or you cancel it, and a cancelled task still does its clean-up.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def search(place, seconds):
    try:
        await asyncio.sleep(seconds * second)
        print(f"{place}: nothing in the first half")
        await asyncio.sleep(20 * second)
    finally:
        print(f"{place}: lights off")


async def look_up():
    await asyncio.sleep(second)
    print("index: found it")


async def main():
    tasks = [
        asyncio.create_task(look_up()),
        asyncio.create_task(search("library", 3)),
        asyncio.create_task(search("archive", 4)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=2 * second)
    print(f"time is up: {len(done)} is done, {len(pending)} are pending")
    await asyncio.sleep(3 * second)
    print("they went on; stop them")
    for task in tasks:
        if task in pending:
            task.cancel()
    await asyncio.wait(pending)
    print(f"cancelled: {sum(task.cancelled() for task in tasks)}")


asyncio.run(main())
