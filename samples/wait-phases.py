"""Wait for many?

wait gives two sets of tasks: those that are done, and those that are still pending, of which there are none unless
you set a limit. It looks at no result; that is up to you.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def phase(n):
    print(f"phase {n} starts")
    await asyncio.sleep((4 - n) * second)
    print(f"phase {n} ends")
    return f"result {n}"


async def main():
    done, pending = await asyncio.wait([asyncio.create_task(phase(n)) for n in (1, 2, 3)])
    print(f"{len(done)} are done, {len(pending)} pending")
    print("all results: " + ", ".join(sorted(task.result() for task in done)))


asyncio.run(main())
