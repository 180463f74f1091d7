import asyncio

from participant import serve


async def immediate():
    return 1


async def main(size):
    tasks = [asyncio.create_task(immediate()) for _ in range(size)]
    assert sum(await asyncio.gather(*tasks)) == size


serve(main)
