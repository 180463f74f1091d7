def sleep_times(count, longest):
    """The milliseconds that sleep-times.ts draws."""
    state = 1
    times = []
    for _ in range(count):
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        times.append(1 + state * longest // 2**32)
    return times
