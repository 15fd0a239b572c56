/** A log of the last requests, oldest first, bounded so that a service that runs for days does not grow. */
export interface RequestLog<Entry> {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
}

const KEPT = 1000;

export function newRequestLog<Entry>(): RequestLog<Entry> {
  const entries: Entry[] = [];
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
    },
  };
}
