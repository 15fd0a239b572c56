/** A budget held against what was measured. */
export interface Figure {
  readonly what: string;
  readonly measured: number;
  readonly budget: number;
  readonly unit: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('Nothing was measured.');
  return middle;
}

/**
 * Measures two things in turn, A B A B …, so that both meet the same moods of the machine.
 *
 * @returns one pair per round, after one round that does not count
 */
export async function inTurn(
  rounds: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<readonly (readonly [number, number])[]> {
  const pairs: [number, number][] = [];
  for (let round = -1; round < rounds; round++) {
    const pair: [number, number] = [await a(), await b()];
    if (round >= 0) pairs.push(pair);
  }
  return pairs;
}

/** How long a call takes, in milliseconds. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}
