import type { Page, PageOf } from '../../core/page.ts';
import { isUid } from '../../core/uid.ts';
import { type Fault, faultsOf, type Parsed } from '../../core/validation/result.ts';

type Query = Readonly<Record<string, string>>;

/** Items on a page unless the query says otherwise. */
const usualLimit = 50;

/** A parameter that may be left out, read from its text; `message` is what is wrong with a text that is none. */
export function optional<T, F extends string>(
  query: Query,
  field: F,
  read: (text: string) => T | undefined,
  message: string,
): Parsed<T | undefined, F> {
  const text = query[field];
  if (text === undefined) return { ok: true, value: undefined };
  const value = read(text);
  if (value !== undefined) return { ok: true, value };
  const fault: Fault<F> = { field, code: text === '' ? 'blank' : 'invalid', message };
  return { ok: false, faults: [fault] };
}

/** Ids of entries, lines and connections are all UUIDs of version 7 (RFC 9562), written in lower case. */
export const uidIn = (text: string): string | undefined => (isUid(text) ? text : undefined);

/** Reads `limit`. @param most what it may be */
export function limitIn(query: Query, most: number): Parsed<number, 'limit'> {
  const read = (text: string) => (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= most ? Number(text) : undefined);
  const limit = optional(query, 'limit', read, `must be a number from 1 to ${most}`);
  return limit.ok ? { ok: true, value: limit.value ?? usualLimit } : limit;
}

/**
 * Reads which page of a list is asked for.
 *
 * @param isId whether a text can be what `after` names
 * @param most what `limit` may be
 */
export function parsePage(
  query: Query,
  isId: (text: string) => boolean,
  most = 100,
): Parsed<PageOf, 'limit' | 'after'> {
  const limit = limitIn(query, most);
  const after = optional(query, 'after', (text) => (isId(text) ? text : undefined), afterForm);
  if (!limit.ok || !after.ok) return { ok: false, faults: faultsOf<'limit' | 'after'>(limit, after) };
  return { ok: true, value: { limit: limit.value, ...(after.value !== undefined && { after: after.value }) } };
}

/** What is wrong with an `after`. */
export const afterForm = 'must be what an earlier page has as "next"';

/** A page under the name of what is listed; `next` is null on the last one. */
export const toPage = <Item, Name extends string>(
  name: Name,
  { items, next }: Page<Item>,
  shown: (item: Item) => unknown,
) => ({
  [name]: items.map(shown),
  next: next ?? null,
});
