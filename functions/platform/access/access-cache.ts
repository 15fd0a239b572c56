import { accessCacheTime } from '../../core/access/ports.ts';
import { clock } from '../runtime/clock.ts';
import { putNewest } from './put-newest.ts';

/** The clocks a cache goes by, as `clock` has them. */
export type Clocks = Pick<typeof clock, 'now' | 'clock'>;

/** Rows that a function remembers of one kind; a row is some hundred bytes. */
const mostKept = 1_000;

interface Kept<Row> {
  readonly row: Promise<Row | undefined>;
  /** When the reading began, on both clocks: what was written before then is in the row. */
  readonly now: number;
  readonly clock: number;
}

/**
 * Remembers found rows of the access table in the function's memory for `accessCacheTime`. Absences and failures are
 * not remembered, so a new key works at once. Two that ask at once share one reading.
 *
 * The time is up as soon as one of the clocks says so: the steady one stands still while Lambda has the function
 * frozen (hashicorp/vault-lambda-extension, pull request 150), and the other one may be set back.
 *
 * @param read reads a row as it is now
 */
export function cacheReads<Name extends string | number, Row>(
  read: (name: Name) => Promise<Row | undefined>,
  clocks: Clocks = clock,
): (name: Name) => Promise<Row | undefined> {
  const rows = new Map<Name, Kept<Row>>();
  const isFresh = ({ now, clock }: Kept<Row>) =>
    clocks.now() - now < accessCacheTime && clocks.clock() - clock < accessCacheTime;

  return (name) => {
    const known = rows.get(name);
    if (known && isFresh(known)) return known.row;
    const kept: Kept<Row> = { now: clocks.now(), clock: clocks.clock(), row: read(name) };
    putNewest(rows, name, kept, mostKept);
    const forget = () => {
      if (rows.get(name) === kept) rows.delete(name);
    };
    kept.row.then((row) => row ?? forget(), forget);
    return kept.row;
  };
}
