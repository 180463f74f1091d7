"""What is a Future?

A place for a result that is not there yet. Somebody sets the result, once; everybody who awaits the future is resumed
with it. A task is a future that sets its result itself.
"""

import asyncio

second = 0.1  # a tenth of a real one


async def bake(bread):
    print("baker: the dough is in the oven")
    await asyncio.sleep(second)
    print("baker: the bread is ready")
    bread.set_result("a warm loaf")


async def guest(name, bread):
    print(f"{name}: waits for bread")
    print(f"{name}: gets {await bread}")


async def main():
    bread = asyncio.get_running_loop().create_future()
    await asyncio.gather(guest("ann", bread), guest("ben", bread), bake(bread))
    print(f"main: whoever comes later gets {await bread}, too")


asyncio.run(main())
