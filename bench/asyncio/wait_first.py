import asyncio

from participant import serve


async def main(size):
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(size)]
    ended = iter(range(size))

    def end_next():
        index = next(ended)
        futures[index].set_result(index)

    pending = set(futures)
    total = 0
    while pending:
        loop.call_soon(end_next)
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for future in done:
            total += future.result()
    assert total == size * (size - 1) // 2


serve(main)
