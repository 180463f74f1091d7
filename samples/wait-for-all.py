"""How to wait for all background tasks?

all_tasks() lists every task that has not ended, also those that nobody kept. Take away the current one, which would
wait for itself, and give the rest to wait.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def upload(name, seconds):
    await asyncio.sleep(seconds * second)
    print(f"{name} is uploaded")


def start_uploads():
    asyncio.create_task(upload("film", 3))
    asyncio.create_task(upload("photo", 1))
    asyncio.create_task(upload("song", 2))


async def main():
    start_uploads()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    print(f"{len(others)} tasks run in the background")
    done, pending = await asyncio.wait(others)
    print(f"{len(done)} are done, {len(pending)} pending")


asyncio.run(main())
