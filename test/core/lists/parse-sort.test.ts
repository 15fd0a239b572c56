import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSort, type Sortable } from '../../../functions/core/lists/parse-sort.ts';

const kinds = { id: 'integer', name: 'text', region: 'text', size: 'integer' } as const;
type Thing = Sortable<typeof kinds>;

function orderOf(text: string | undefined): (a: Thing, b: Thing) => number {
  const order = parseSort(kinds, text);
  if (!order.ok) throw new Error(order.faults.map(({ message }) => message).join('; '));
  return order.value;
}

const messagesOf = (text: string) => {
  const order = parseSort(kinds, text);
  return order.ok ? [] : order.faults.map(({ message }) => message);
};

const things: readonly Thing[] = [
  { id: 1, name: 'b', region: 'eu', size: 10 },
  { id: 2, name: 'a', region: 'us', size: 9 },
  { id: 3, name: 'B', size: 9 },
  { id: 4, name: 'a', region: 'eu' },
  { id: 10, name: 'b' },
];
const sorted = (text: string | undefined) => things.toSorted(orderOf(text)).map(({ id }) => id);

const unknown = 'must name attributes out of: id, name, region, size';
const undirected = 'must have asc or desc as directions';

describe('sorting', () => {
  test.each([
    [undefined, [1, 2, 3, 4, 10]],
    ['', [1, 2, 3, 4, 10]],
    ['id', [1, 2, 3, 4, 10]],
    ['id:desc', [10, 4, 3, 2, 1]],
    ['name', [3, 2, 4, 1, 10]],
    ['name:asc', [3, 2, 4, 1, 10]],
    ['name:desc', [1, 10, 2, 4, 3]],
    ['name:asc|id:desc', [3, 4, 2, 10, 1]],
    ['name:asc,id:desc', [3, 4, 2, 10, 1]],
    ['size|region,name:desc', [10, 4, 3, 2, 1]],
    ['size|region:desc,name', [4, 10, 2, 3, 1]],
    ['region', [3, 10, 1, 4, 2]],
    ['region:desc', [2, 1, 4, 3, 10]],
    ['size', [4, 10, 2, 3, 1]],
    ['name:desc|name:asc', [1, 10, 2, 4, 3]],
    ['id|name:desc', [1, 2, 3, 4, 10]],
  ])('by %j', (text, expected) => {
    expect(sorted(text)).toEqual(expected);
  });

  test('is one order, whatever the order before, and its reverse when every direction is', () => {
    const absent = { nil: undefined };
    const thing = fc.record({
      id: fc.integer({ min: 1, max: 1000 }),
      name: fc.option(fc.constantFrom('', 'a', 'b', 'B'), absent),
      region: fc.option(fc.constantFrom('eu', 'us'), absent),
      size: fc.option(fc.integer({ min: 0, max: 3 }), absent),
    });
    const list = fc.uniqueArray(thing, { selector: ({ id }) => id, maxLength: 30 });
    const terms = fc.array(fc.tuple(fc.constantFrom('id', 'name', 'region', 'size'), fc.boolean()), { maxLength: 9 });
    const written = (all: readonly (readonly [string, boolean])[]) =>
      all.map(([name, ascends]) => `${name}:${ascends ? 'asc' : 'desc'}`).join('|');
    fc.assert(
      fc.property(list, terms, fc.nat(), (items, all, turn) => {
        const order = orderOf(written(all));
        const once = items.toSorted(order);
        const at = items.length === 0 ? 0 : turn % items.length;
        expect([...items.slice(at), ...items.slice(0, at)].toSorted(order)).toEqual(once);
        expect(items.toReversed().toSorted(order)).toEqual(once);
        for (const a of items) for (const b of items) expect(order(a, b) === 0).toBe(a.id === b.id);
        const opposite = [...all, ['id', true] as const].map(([name, ascends]) => [name, !ascends] as const);
        expect(items.toSorted(orderOf(written(opposite)))).toEqual(once.toReversed());
      }),
    );
  });

  test.each([
    ['secret', [unknown]],
    ['Name', [unknown]],
    ['constructor', [unknown]],
    ['__proto__:asc', [unknown]],
    ['name|', [unknown]],
    [',name', [unknown]],
    [':desc', [unknown]],
    [' name', [unknown]],
    ['name:', [undirected]],
    ['name:DESC', [undirected]],
    ['name:up', [undirected]],
    ['name:asc:desc', [undirected]],
    ['name:asc\n', [undirected]],
    ['name|name:up', [undirected]],
    ['secret:up', [unknown]],
    ['secret|name:up|other', [unknown, undirected]],
  ])('is not by %j', (text, expected) => {
    expect(messagesOf(text)).toEqual(expected);
  });

  test('is by 10 attributes at most', () => {
    expect(messagesOf(Array(10).fill('name').join('|'))).toEqual([]);
    expect(messagesOf(Array(11).fill('name').join('|'))).toEqual(['must name at most 10 attributes']);
    expect(messagesOf(','.repeat(10))).toEqual(['must name at most 10 attributes']);
  });

  test('faults are about the sort, and do not repeat what was sent', () => {
    const refused = parseSort(kinds, 'hunter2:up');
    expect(refused).toMatchObject({ ok: false, faults: [{ field: 'sort', code: 'invalid' }] });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
  });
});
