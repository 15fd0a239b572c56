/** What a janitor mends. */
export const leftoverKinds = ['jobs', 'notes', 'secrets', 'claims', 'connections'] as const;
export type LeftoverKind = (typeof leftoverKinds)[number];

/** How many of each were mended, and how many could not be. */
export type Tally = Readonly<Record<LeftoverKind | 'failed', number>>;

export interface CleanupContext {
  /** Milliseconds since the epoch, now. */
  readonly now: () => number;
  /** Milliseconds on a steady scale, for durations. */
  readonly clock: () => number;
  /** Tells the log of an error that the run goes on after. */
  readonly report: (error: unknown) => void;
}

/** One run of the janitor: what it has mended so far, and whether it should end. */
export interface CleanupRun {
  readonly now: () => number;
  /** From when on nothing new is begun. */
  readonly isOver: () => boolean;
  readonly tally: () => Tally;
  /**
   * Looks at each item, several at a time; `mend` says what it mended, if anything. One that fails is counted.
   *
   * @returns whether all were looked at; else the run is over
   */
  each<Item>(items: readonly Item[], mend: (item: Item) => Promise<LeftoverKind | undefined>): Promise<boolean>;
  /** Does something larger. One that fails is counted, and gives undefined. */
  attempt<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** Items looked at in one run: enough for every connection of a large organization. */
const mostItems = 10_000;
const atOnce = 10;
/** Errors told to the log in one run; the tally has the number of all. */
const mostReports = 10;

/** @param time milliseconds after which the run is over */
export function startCleanupRun({ now, clock, report }: CleanupContext, time: number): CleanupRun {
  const counts: Record<LeftoverKind | 'failed', number> = {
    jobs: 0,
    notes: 0,
    secrets: 0,
    claims: 0,
    connections: 0,
    failed: 0,
  };
  const until = clock() + time;
  let looked = 0;
  const isOver = () => clock() >= until || looked >= mostItems;
  const fail = (error: unknown) => {
    counts.failed++;
    if (counts.failed <= mostReports) report(error);
  };

  return {
    ...{ now, isOver },
    tally: () => ({ ...counts }),
    async each(items, mend) {
      for (let first = 0; first < items.length; first += atOnce) {
        if (isOver()) return false;
        const some = items.slice(first, first + atOnce);
        looked += some.length;
        for (const one of await Promise.allSettled(some.map(mend))) {
          if (one.status === 'rejected') fail(one.reason);
          else if (one.value !== undefined) counts[one.value]++;
        }
      }
      return true;
    },
    async attempt(work) {
      try {
        return await work();
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
  };
}
