"""Only the results?

gather gives them in the order in which you named the work, whatever ends first. When asked, it gives failures as values
instead of throwing the first. Cancel what gather returned, and all its children are cancelled.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def ask(name, seconds):
    try:
        await asyncio.sleep(seconds * second)
    except asyncio.CancelledError:
        print(f"  {name} is sent home")
        raise
    print(f"  {name} answers")
    if name == "cat":
        raise LookupError("no opinion")
    return f"{name} says yes"


async def main():
    print("results in the order given")
    answers = await asyncio.gather(ask("ann", 3), ask("ben", 1), ask("cem", 2))
    print("  " + ", ".join(answers))

    print("failures as values")
    for answer in await asyncio.gather(ask("dan", 2), ask("cat", 1), return_exceptions=True):
        print(f"  failed: {answer}" if isinstance(answer, Exception) else f"  {answer}")

    print("cancelling them all")
    poll = asyncio.gather(ask("eve", 20), ask("fay", 30))
    await asyncio.sleep(second)
    poll.cancel()
    try:
        await poll
    except asyncio.CancelledError:
        print("  the poll is cancelled")


asyncio.run(main())
