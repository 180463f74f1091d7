from participant import serve


async def same(n):
    return n


async def main(size):
    total = 0
    for i in range(size):
        total += await same(i)
    assert total == size * (size - 1) // 2


serve(main)
