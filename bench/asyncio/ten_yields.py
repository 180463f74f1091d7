import asyncio

from participant import serve


async def ten_yields():
    count = 0
    for _ in range(10):
        await asyncio.sleep(0)
        count += 1
    return count


async def main(size):
    tasks = [asyncio.create_task(ten_yields()) for _ in range(size)]
    assert sum(await asyncio.gather(*tasks)) == 10 * size


serve(main)
