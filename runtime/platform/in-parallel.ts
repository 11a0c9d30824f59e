/** Work on many things, some at a time. */

/** In their order, so many in each part. */
export function partsOf<T>(all: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/**
 * Nothing of it runs any more when this settles: what still ran after an invocation has ended would meddle with the next.
 * @throws what the first failure threw, or the signal's reason; what was not begun by then is not done
 */
export async function inParallel<T>(
  all: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (each: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async () => {
    try {
      for (let each = all[next++]; each !== undefined && !failure; each = all[next++]) {
        signal.throwIfAborted();
        await work(each);
      }
    } catch (error) {
      failure ??= { error };
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  if (failure) throw failure.error;
}
