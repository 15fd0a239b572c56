import { faultsOf, type Parsed } from '../validation/result.ts';

/** Which part of a list is asked for. */
export interface Paging {
  /** Items to pass over, from 0. */
  readonly offset: number;
  /** The most items to give, from 1. */
  readonly limit: number;
}

/** How many items a list gives: without a limit, and at most, whatever the limit. */
export interface PagingLimits {
  readonly usual: number;
  readonly most: number;
}

/**
 * Reads a limit: decimal digits, from 1. More than a list gives is no fault, because callers say "all" that way; what
 * is no positive number is one, 0 and -1 included, which mean nothing or everything depending on whom one asks.
 *
 * @param text absent: the usual limit
 */
export function parseLimit(text: string | undefined, { usual, most }: PagingLimits): Parsed<number, 'limit'> {
  if (text === undefined) return { ok: true, value: usual };
  const limit = wholeNumber(text);
  if (limit !== undefined && limit >= 1) return { ok: true, value: Math.min(limit, most) };
  return { ok: false, faults: [{ field: 'limit', code: 'invalid', message: 'must be a whole number from 1' }] };
}

/** Reads the offset and the limit of a query; without an offset, 0. */
export function parsePaging(
  query: { readonly offset?: string | undefined; readonly limit?: string | undefined },
  limits: PagingLimits,
): Parsed<Paging, keyof Paging> {
  const offset = parseOffset(query.offset);
  const limit = parseLimit(query.limit, limits);
  if (!offset.ok || !limit.ok) return { ok: false, faults: faultsOf<keyof Paging>(offset, limit) };
  return { ok: true, value: { offset: offset.value, limit: limit.value } };
}

function parseOffset(text = '0'): Parsed<number, 'offset'> {
  const offset = wholeNumber(text);
  if (offset !== undefined) return { ok: true, value: offset };
  return { ok: false, faults: [{ field: 'offset', code: 'invalid', message: 'must be a whole number from 0' }] };
}

/** The items of the part that is asked for; none when it is beyond the end. */
export const cutPart = <Item>(items: readonly Item[], { offset, limit }: Paging): readonly Item[] =>
  items.slice(offset, offset + limit);

/** Decimal digits as a number; of those too large to be exact, which are beyond every list, the largest exact one. */
const wholeNumber = (text: string): number | undefined =>
  /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined;
