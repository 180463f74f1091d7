"""Cancel while it waits?

The body gets the CancelledError at the very place where it waits. It cleans up and throws the error again; whoever
awaits the task then gets it too.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def fish():
    print("angler: waits for a bite")
    try:
        await asyncio.sleep(100 * second)
        print("angler: this is never reached")
    except asyncio.CancelledError:
        print("angler: interrupted, packs up")
        raise


def call_home(task):
    print("callback: calls the angler home")
    task.cancel()


async def main():
    task = asyncio.create_task(fish())
    asyncio.get_running_loop().call_soon(call_home, task)
    try:
        await task
        print("main: this is never reached")
    except asyncio.CancelledError:
        print("main: no fish today, the task was cancelled")


asyncio.run(main())
