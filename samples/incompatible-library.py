"""What if a library does not cooperate?

What cannot be awaited is refused, with an error that says what came. A library that blocks and only then hands over a
finished future gives correct results, one after the other; in debug mode the loop says which task held it up. Let an
executor call such a library, and the work is concurrent again.
"""

import asyncio
import concurrent.futures
import logging
import re
import time

second = 0.1  # a tenth of a real one
slow = {}


def yes_no(fact):
    return "yes" if fact else "no"


def fetch(name, seconds):
    """The library's own way to work: it blocks."""
    time.sleep(seconds)
    return name


def fetch_future(name, seconds):
    """A library that only looks asynchronous."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(fetch(name, seconds))
    return future


class SlowReports(logging.Handler):
    def emit(self, record):
        if report := re.search(r"name='(\w+)'.* took ([\d.]+) seconds", record.getMessage()):
            slow[report[1]] = float(report[2])


async def show(name, page):
    print(f"  {name}: asks for a page")
    await page()
    print(f"  {name}: has it")


async def both(make_page):
    await asyncio.gather(
        *(asyncio.create_task(show(name, lambda n=name, s=s: make_page(n, s)), name=name)
          for name, s in (("long", 6 * second), ("short", second)))
    )


async def main():
    print("something that cannot be awaited")
    foreign = concurrent.futures.Future()
    foreign.set_result("page")
    try:
        await foreign
    except TypeError as error:
        print(f"  refused, and the error says what it was: {yes_no('Future' in str(error))}")
    print(f"  the cure gives: {await asyncio.wrap_future(foreign)}")

    print("a function that blocks")
    await both(fetch_future)
    for name, seconds in (("long", 6 * second), ("short", second)):
        print(f"  the loop says that {name} held it up, and how long: {yes_no(slow.get(name, 0) > seconds / 2)}")

    print("the same function in an executor")
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor() as executor:
        await both(lambda name, seconds: loop.run_in_executor(executor, fetch, name, seconds))


async def debug_main():
    asyncio.get_running_loop().slow_callback_duration = second / 2
    await main()


logging.getLogger("asyncio").addHandler(SlowReports())
asyncio.run(debug_main(), debug=True)
