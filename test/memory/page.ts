import type { Page, PageOf } from '../../functions/core/page.ts';

/**
 * A page of what is there in order.
 *
 * @param nameOf what an item is called in `after`
 * @param isAfter whether an item comes after the one called so
 */
export function pageOf<Item>(
  sorted: readonly Item[],
  { limit, after }: PageOf,
  nameOf: (item: Item) => string,
  isAfter: (item: Item, name: string) => boolean,
): Page<Item> {
  const from = after === undefined ? sorted : sorted.filter((item) => isAfter(item, after));
  const items = structuredClone(from.slice(0, limit));
  const last = items.at(-1);
  return { items, ...(from.length > limit && last !== undefined && { next: nameOf(last) }) };
}
