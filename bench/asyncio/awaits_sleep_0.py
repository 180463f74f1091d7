import asyncio

from participant import serve


async def main(size):
    count = 0
    for _ in range(size):
        await asyncio.sleep(0)
        count += 1
    assert count == size


serve(main)
