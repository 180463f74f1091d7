"""Does a running task keep the program from ending?

No. When main ends, run() cancels whatever still runs and waits until it has cleaned up; only then does run() end.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def serve(name, farewell):
    print(f"{name}: open")
    try:
        await asyncio.sleep(1000 * second)
        print(f"{name}: this is never reached")
    finally:
        print(f"{name}: closing")
        await asyncio.sleep(farewell * second)
        print(f"{name}: closed")


async def main():
    background = {asyncio.create_task(serve("shop", 1))}
    await asyncio.sleep(second)
    print(f"main: ends, {len(background)} task is still running")


asyncio.run(main())
print("run: ended, and so does the program")
