"""Cancel before the first step?

Then the body never runs, not even its finally: there is nothing to clean up. Whoever awaits the task gets a
CancelledError; until the loop comes round to it, its text says that it is being cancelled.
"""

import asyncio


def yes_no(fact):
    return "yes" if fact else "no"


started = False


async def launch():
    global started
    started = True


async def main():
    task = asyncio.create_task(launch())
    print(f"cancel() accepts: {yes_no(task.cancel())}")
    print(f"its text says cancelling: {yes_no('cancelling' in repr(task))}")
    try:
        await task
    except asyncio.CancelledError:
        print("whoever awaits it gets a CancelledError")
    print(f"cancelled: {yes_no(task.cancelled())}, its body has run: {yes_no(started)}")


asyncio.run(main())
