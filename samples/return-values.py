"""How to get a return value?

Await the coroutine, or the task, as often as you like. result() gives it without waiting, but only when the task is
done: before that it throws InvalidStateError, and after a cancellation CancelledError.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def double(n):
    await asyncio.sleep(second)
    return 2 * n


def look_at(task):
    try:
        return task.result()
    except (asyncio.InvalidStateError, asyncio.CancelledError) as error:
        return type(error).__name__


async def main():
    print(f"coroutine, awaited directly: {await double(1)}")

    task = asyncio.create_task(double(2))
    print(f"result() too early: {look_at(task)}")
    print(f"task, awaited: {await task}")
    print(f"task, awaited again: {await task}")
    print(f"result() when it is done: {look_at(task)}")

    task = asyncio.create_task(double(3))
    task.cancel()
    await asyncio.wait([task])
    print(f"result() of a cancelled task: {look_at(task)}")


asyncio.run(main())
