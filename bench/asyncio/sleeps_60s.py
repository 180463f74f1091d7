import asyncio
import sys

from participant import serve
from sleep_times import sleep_times

times = sleep_times(int(sys.argv[1]), 60_000)


async def main(size):
    tasks = [asyncio.create_task(asyncio.sleep(ms / 1000, ms)) for ms in times]
    assert sum(await asyncio.gather(*tasks)) == sum(times)


serve(main)
