import asyncio

TURNS = 10


async def contend(size, semaphore, permits):
    entered = inside = most = 0

    async def worker():
        nonlocal entered, inside, most
        for _ in range(TURNS):
            async with semaphore:
                entered += 1
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

    await asyncio.gather(*[asyncio.create_task(worker()) for _ in range(size // TURNS)])
    assert (entered, most) == (size, permits)
