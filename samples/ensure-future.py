"""Pass a task on?

ensure_future makes a future of any work: of a coroutine or another awaitable by starting a task, while a task is
given back as it is. So code that receives work need not know how it was made. Nothing starts before somebody suspends.
"""

import asyncio

second = 0.1  # a tenth of a real one


def yes_no(fact):
    return "yes" if fact else "no"


async def paint(name):
    print(f"  {name}: starts")
    await asyncio.sleep(second)
    return f"{name} is painted"


class Order:
    """Work that is neither a coroutine nor a task, but can be awaited."""

    def __await__(self):
        return paint("gate").__await__()


async def supervise(work):
    """Does not know how the work was made."""
    future = asyncio.ensure_future(work)
    print("  handed over, nothing has started")
    print(f"  {await future}")
    return future


async def main():
    print("a coroutine")
    await supervise(paint("door"))

    print("a task")
    task = asyncio.create_task(paint("wall"))
    future = await supervise(task)
    print(f"  given back as it is: {yes_no(future is task)}")

    print("something else that can be awaited")
    await supervise(Order())


asyncio.run(main())
