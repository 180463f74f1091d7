/** Bytes on the heap that are still reachable. */
export function heapUsed(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc!(); // twice: what only the end of the first one let go is gone after the second
  gc!();
  return process.memoryUsage().heapUsed;
}

/** Bytes. What the compiler and the tables of the runtime may take meanwhile. */
const leeway = 2_000_000;

/** A heap that is to stay as it was at the first check. */
export class FlatHeap {
  #first: number | undefined;

  check(): void {
    const used = heapUsed();
    this.#first ??= used;
    const grown = used - this.#first;
    if (grown > leeway) throw new Error(`the heap has grown by ${grown} bytes`);
  }
}
