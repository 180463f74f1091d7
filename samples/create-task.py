"""What does a task look like?

Its text says what it is doing: while it runs its name, its state and the function that runs; when it has finished its
result. Print a task whenever you wonder.
"""

import asyncio

second = 0.1  # a tenth of a real one


def yes_no(fact):
    return "yes" if fact else "no"


async def measure():
    await asyncio.sleep(second)
    return 451


async def main():
    task = asyncio.create_task(measure(), name="thermometer")
    print(f"done: {yes_no(task.done())}, name: {task.get_name()}")
    for word in ("Task", "pending", "thermometer", "measure", "451"):
        print(f"  its text says {word}: {yes_no(word in repr(task))}")
    await task
    print(f"done: {yes_no(task.done())}, result: {task.result()}")
    for word in ("Task", "finished", "thermometer", "pending", "451"):
        print(f"  its text says {word}: {yes_no(word in repr(task))}")


asyncio.run(main())
