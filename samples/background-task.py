"""How to run it in the background?

Create the task and do not wait for it. Nothing of it runs before its creator suspends for the first time; sleep(0) is
enough for that. Keep the task, and you can still wait for it later.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def copy_files():
    print("copy: started")
    await asyncio.sleep(second)
    print("copy: finished")
    return 12


async def main():
    task = asyncio.create_task(copy_files())
    print("main: task created, nothing of it has run")
    await asyncio.sleep(0)
    print("main: one sleep(0) later it has started")
    print("main: time for something else")
    print(f"main: {await task} files were copied")


asyncio.run(main())
