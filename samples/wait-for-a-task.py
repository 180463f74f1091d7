"""How to wait for it?

Await the task: whoever does is resumed when the task has ended. Creating a task and waiting for it fit into one line.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def boil(what):
    print(f"{what}: on the stove")
    await asyncio.sleep(second)
    print(f"{what}: ready")


async def main():
    task = asyncio.create_task(boil("tea"))
    print("the task is made, now wait for it")
    await task
    print("no more waiting for tea")

    await asyncio.create_task(boil("egg"))
    print("no more waiting for the egg")


asyncio.run(main())
