"""How to stop a task?

Call its cancel(): where it waits, the task gets a CancelledError that carries your message. Most tasks let the error
pass and are then cancelled; one that catches it goes on, and is not. A task that is done cannot be cancelled.
"""

import asyncio

second = 0.1  # a tenth of a real one


def yes_no(fact):
    return "yes" if fact else "no"


async def patient():
    await asyncio.sleep(10 * second)


async def quick():
    return "that was easy"


async def stubborn():
    try:
        await asyncio.sleep(10 * second)
    except asyncio.CancelledError as error:
        print(f"  (stubborn was asked to stop: {error})")
    await asyncio.sleep(second)
    return "went on to the end"


async def main():
    print("a running task")
    task = asyncio.create_task(patient())
    await asyncio.sleep(second)
    print(f"  cancel() accepts: {yes_no(task.cancel())}")
    print(f"  cancelled at once: {yes_no(task.cancelled())}")
    await asyncio.sleep(0)
    print(f"  cancelled a moment later: {yes_no(task.cancelled())}")

    print("a task that is done")
    task = asyncio.create_task(quick())
    await task
    print(f"  cancel() accepts: {yes_no(task.cancel())}")
    print(f"  cancelled: {yes_no(task.cancelled())}, result: {task.result()}")

    print("a task that catches the error")
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(second)
    print(f"  cancel() accepts: {yes_no(task.cancel('closing time'))}")
    await task
    print(f"  cancelled: {yes_no(task.cancelled())}, result: {task.result()}")


asyncio.run(main())
