import asyncio

from participant import serve


async def one():
    return 1


async def main(size):
    tasks = [asyncio.create_task(one()) for _ in range(size)]
    total = 0
    for done in asyncio.as_completed(tasks):
        total += await done
    assert total == size


serve(main)
