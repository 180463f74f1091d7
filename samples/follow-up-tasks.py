"""How to run a follow-up?

The task itself can do it as its last act, and await it or leave it in the background. The caller can, after looking
at the result. So can a done callback, but that can only start it: who awaits the task is not held up by it.
"""

import asyncio

second = 0.1  # a tenth of a real one
background = set()


async def clean(room):
    await asyncio.sleep(second)
    print(f"  {room}: cleaned")
    return room


async def inspect(room):
    print(f"  {room}: inspection begins")
    await asyncio.sleep(second)
    print(f"  {room}: inspection ends")


async def clean_then_inspect(room):
    await inspect(await clean(room))


async def clean_and_call_inspector(room):
    background.add(asyncio.create_task(inspect(await clean(room))))


def call_inspector(task):
    background.add(asyncio.create_task(inspect(task.result())))


async def finish_background():
    print("  main: the task has ended")
    await asyncio.gather(*background)
    background.clear()


async def main():
    print("the task awaits its follow-up")
    await asyncio.create_task(clean_then_inspect("kitchen"))
    await finish_background()

    print("the task leaves it in the background")
    await asyncio.create_task(clean_and_call_inspector("cellar"))
    await finish_background()

    print("the caller looks at the result first")
    room = await asyncio.create_task(clean("attic"))
    print("  main: the task has ended")
    if room == "attic":
        await inspect(room)

    print("a done callback starts it")
    task = asyncio.create_task(clean("hall"))
    task.add_done_callback(call_inspector)
    await task
    await finish_background()


asyncio.run(main())
