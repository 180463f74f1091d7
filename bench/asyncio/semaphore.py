import asyncio

from participant import serve
from permits import contend


async def main(size):
    await contend(size, asyncio.Semaphore(10), 10)


serve(main)
