import asyncio

from participant import serve
from permits import contend


async def main(size):
    await contend(size, asyncio.Lock(), 1)


serve(main)
