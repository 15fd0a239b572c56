import * as z from 'zod/mini';
import { stop } from '../errors.ts';
import type { Progress } from '../output/output.ts';
import type { Ask } from './ask.ts';
import type { Call } from './client.ts';
import { understood } from './parse-answer.ts';

/** A list as far as it was asked for. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  /** The pages as one answer, with everything that this program knows nothing of. */
  readonly json: unknown;
  /** Whether the list goes on after what was asked for. */
  readonly isCut: boolean;
}

const mostPages = 1_000;
/** Items asked for at once, when there is a limit. */
const mostAtOnce = 100;

/**
 * Reads a list page by page.
 *
 * @param field the property of the answer that holds the items
 * @param limit items at most; all of them unless given
 * @param progress told how many there are, as long as there are more
 * @throws Stopped for a list that has no end: more than 1,000 pages, or a page that was there before
 */
export async function listed<Item>(
  call: Call,
  { path, query = {} }: Pick<Ask, 'path' | 'query'>,
  field: string,
  item: z.ZodMiniType<Item>,
  limit = Number.POSITIVE_INFINITY,
  progress: Progress = () => {},
): Promise<Listed<Item>> {
  const raw: unknown[] = [];
  const seen = new Set<string>();
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const answer = understood(
      z.record(z.string(), z.unknown()),
      await call({
        method: 'GET',
        path,
        query: {
          ...query,
          ...(Number.isFinite(limit) && { limit: String(Math.min(limit - raw.length, mostAtOnce)) }),
          ...(after !== undefined && { after }),
        },
      }),
    );
    raw.push(...understood(z.array(z.unknown()), answer[field]));
    const next = understood(z.nullable(z.string()), answer['next']);
    if (next === null || raw.length >= limit) {
      const wanted = raw.slice(0, limit);
      return {
        items: understood(z.array(item), wanted),
        json: { [field]: wanted, next },
        isCut: next !== null || raw.length > limit,
      };
    }
    if (seen.has(next)) return stop('The API repeats a page of this list without end; it was given up.');
    seen.add(next);
    progress(`${raw.length} ${field} …`);
    after = next;
  }
  return stop(`The list was not at its end after ${mostPages} pages; it was given up.`);
}
