"""Do tasks run at the same time?

They take turns: whenever one waits, the others run. So their waiting happens at the same time, and a task that sleeps
long holds nobody up.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def sleeper(name, seconds):
    print(f"{name} falls asleep")
    await asyncio.sleep(seconds * second)
    print(f"{name} wakes up")


async def main():
    await asyncio.gather(sleeper("A", 10), sleeper("B", 1), sleeper("C", 1))
    print("all are awake")


asyncio.run(main())
