"""Each as it ends?

as_completed hands over what has ended, in the order of completion: you can work on the first result while the others
still run.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def run_to_goal(name, seconds):
    await asyncio.sleep(seconds * second)
    return name


async def main():
    runners = [
        asyncio.create_task(run_to_goal("tortoise", 6)),
        asyncio.create_task(run_to_goal("hare", 1)),
        asyncio.create_task(run_to_goal("dog", 3)),
    ]
    for arrival in asyncio.as_completed(runners):
        name = await arrival
        running = sum(not runner.done() for runner in runners)
        print(f"{name} arrives, {running} still running")


asyncio.run(main())
