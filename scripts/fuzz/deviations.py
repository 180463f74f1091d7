"""What differs from CPython on purpose and shows in every trace: see docs/deviations.md.

Here asyncio is made to do it too, so that all the rest is compared event for event.
"""

import asyncio


class Barrier(asyncio.Barrier):
    """A party that leaves while the barrier fills gives its index back."""

    def __init__(self, parties):
        super().__init__(parties)
        self._taken = set()

    async def wait(self):
        async with self._cond:
            await self._block()
            index = min(set(range(self._parties)) - self._taken)
            self._taken.add(index)
            try:
                self._count += 1
                if self._count == self._parties:
                    await self._release()
                else:
                    await self._wait()
                return index
            finally:
                self._taken.remove(index)
                self._count -= 1
                self._exit()


asyncio.Barrier = Barrier


class TaskGroup(asyncio.TaskGroup):
    """An eager child that ends its group in its first step is cancelled as every other child."""

    def create_task(self, coro, **options):
        task = super().create_task(coro, **options)
        if self._aborting and not task.done():
            task.cancel()
        return task


asyncio.TaskGroup = TaskGroup
