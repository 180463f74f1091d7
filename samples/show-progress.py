"""How to show progress?

Give one function to add_done_callback of every task: it is called with the task that ended, whether that succeeded or
failed. It is a plain function and cannot wait; for slow work it can only start another task.
"""

import asyncio

second = 0.1  # a tenth of a real one
ended = 0
notes = []


async def download(name, seconds):
    await asyncio.sleep(seconds * second)
    if name == "map":
        raise OSError("connection lost")


async def write_note(name):
    await asyncio.sleep(second / 2)
    print(f"note about {name} is written")


def show_progress(task):
    global ended
    ended += 1
    name = task.get_name()
    if task.exception() is None:
        print(f"{ended} of 3: {name} is here")
    else:
        print(f"{ended} of 3: {name} failed")
        notes.append(asyncio.create_task(write_note(name)))
        print("the callback returns, the note is yet to be written")


async def main():
    tasks = [
        asyncio.create_task(download("text", 5), name="text"),
        asyncio.create_task(download("map", 2), name="map"),
        asyncio.create_task(download("logo", 1), name="logo"),
    ]
    for task in tasks:
        task.add_done_callback(show_progress)
    await asyncio.wait(tasks)
    await asyncio.wait(notes)


asyncio.run(main())
