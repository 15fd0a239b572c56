import { type LimitSubject, type TakeFromRateLimit, takeFromBucket } from '../../functions/core/access/rate-limit.ts';

export interface MemoryLimits {
  readonly take: TakeFromRateLimit;
  /** When each bucket that was used is full again, by `<kind> <id or host>`. */
  readonly rows: ReadonlyMap<string, number>;
}

/** Limits in a map: the same port as the table, held to the same suite. The limits are calls a minute. */
export function memoryLimits(
  limits: Readonly<Record<LimitSubject['kind'], number>> = { key: 1_000, organization: 1_000, host: 1_000 },
): MemoryLimits {
  const rows = new Map<string, number>();
  return {
    rows,
    async take(subject, now) {
      const name = `${subject.kind} ${subject.kind === 'host' ? subject.host : subject.id}`;
      const { allowance, fullAt } = takeFromBucket(rows.get(name), limits[subject.kind], now);
      rows.set(name, fullAt);
      return allowance;
    },
  };
}
