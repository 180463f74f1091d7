import asyncio

from participant import serve

PARTIES = 10
PLACES = 100


async def main(size):
    queue = asyncio.Queue(PLACES)

    async def produce():
        for _ in range(size // PARTIES):
            await queue.put(1)

    async def consume():
        total = 0
        for _ in range(size // PARTIES):
            total += await queue.get()
        return total

    producers = [asyncio.create_task(produce()) for _ in range(PARTIES)]
    consumers = [asyncio.create_task(consume()) for _ in range(PARTIES)]
    await asyncio.gather(*producers)
    assert sum(await asyncio.gather(*consumers)) == size


serve(main)
