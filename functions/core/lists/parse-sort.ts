import type { Fault, Parsed } from '../validation/result.ts';
import { type AttributeKinds, type Attributes, compareValues, isAttribute } from './attribute.ts';

const mostAttributes = 10;

/** What a list can be sorted by; its things have an id, which no two share. */
export type SortableKinds = AttributeKinds & { readonly id: 'integer' };

/** The attributes of one thing to be sorted. */
export type Sortable<Kinds extends SortableKinds> = Attributes<Kinds> & { readonly id: number };

/** Compares two things for `sort`; 0 only for things of one id. */
export type Order<Kinds extends SortableKinds> = (a: Sortable<Kinds>, b: Sortable<Kinds>) => number;

/**
 * Reads what a list is to be sorted by: `name:asc|id:desc`. A comma separates as well as a bar; without a direction an
 * attribute ascends; of one that is named twice the first counts. What is equal in all of them is in the order of the
 * ids, so that a list has one order and its parts fit together. Values compare by `compareValues`: absent ones come
 * first when ascending.
 *
 * @param text absent or empty: by id
 * @returns the order, or the faults: an attribute or a direction there is none of, more than 10 attributes
 */
export function parseSort<const Kinds extends SortableKinds>(
  kinds: Kinds,
  text: string | undefined,
): Parsed<Order<Kinds>, 'sort'> {
  const terms = text ? text.split(/[|,]/) : [];
  if (terms.length > mostAttributes) return refused([`must name at most ${mostAttributes} attributes`]);
  const signs = new Map<keyof Kinds & string, 1 | -1>();
  const wrong = new Set<string>();
  for (const term of terms) {
    const [, name = '', direction = 'asc'] = /^([^:]*)(?::(.*))?$/s.exec(term) ?? [];
    if (!isAttribute(kinds, name)) wrong.add(`must name attributes out of: ${Object.keys(kinds).join(', ')}`);
    else if (direction !== 'asc' && direction !== 'desc') wrong.add('must have asc or desc as directions');
    else if (!signs.has(name)) signs.set(name, direction === 'asc' ? 1 : -1);
  }
  return wrong.size > 0 ? refused([...wrong]) : { ok: true, value: orderBy<Kinds>([...signs]) };
}

const orderBy =
  <Kinds extends SortableKinds>(signs: readonly (readonly [keyof Kinds & string, 1 | -1])[]): Order<Kinds> =>
  (a, b) => {
    for (const [name, sign] of signs) {
      const order = compareValues(a[name], b[name]);
      if (order !== 0) return sign * order;
    }
    return a.id - b.id;
  };

const refused = (messages: readonly string[]) =>
  ({
    ok: false,
    faults: messages.map((message): Fault<'sort'> => ({ field: 'sort', code: 'invalid', message })),
  }) as const;
