import type { Attributes } from '../../../core/lists/attribute.ts';
import { parseFilters } from '../../../core/lists/parse-filter.ts';
import { type Paging, type PagingLimits, parsePaging } from '../../../core/lists/parse-paging.ts';
import { type Order, parseSort } from '../../../core/lists/parse-sort.ts';
import type { Fault } from '../../../core/validation/result.ts';
import { refuse } from '../refusal.ts';

/** The document's filters, `filter_id` to `filter_access_key`. */
const filterable = {
  id: 'integer',
  name: 'text',
  url: 'text',
  url_proxy: 'text',
  provider: 'text',
  region: 'text',
  access_key: 'text',
} as const;

/** Every attribute that is not secret: an order by a secret would tell of it bit by bit. */
const sortable = { ...filterable, options: 'text' } as const;

/** The filters of functions/dialects/README.md. */
const limits: PagingLimits = { usual: 100, most: 1_000 };

/** Which connectors are meant, in what order, and which part of them. */
export interface Listing {
  readonly matches: (connector: Attributes<typeof filterable>) => boolean;
  readonly order: Order<typeof sortable>;
  readonly paging: Paging;
}

/**
 * Reads the query of a list. A parameter without a value is none: one client sends those it has no value for.
 *
 * @throws Refused for everything that is wrong with it, all at once
 */
export function fromListQuery(query: Readonly<Record<string, string>>): Listing {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  const matches = parseFilters(filterable, given);
  const order = parseSort(sortable, given['sort_by']);
  const paging = parsePaging({ offset: given['offset'], limit: given['limit'] }, limits);
  if (matches.ok && order.ok && paging.ok) return { matches: matches.value, order: order.value, paging: paging.value };
  const faults: readonly Fault<string>[] = [
    ...(matches.ok ? [] : matches.faults),
    ...(order.ok ? [] : order.faults.map((fault) => ({ ...fault, field: 'sort_by' }))),
    ...(paging.ok ? [] : paging.faults),
  ];
  throw refuse(faults, given);
}
