import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cursor, cutPage, readCursor, writeCursor } from '../../../functions/core/lists/cursor.ts';

interface Item {
  readonly uid: string;
}

const uidOf = (position: number) => `0198c0de-0000-7000-8000-${position.toString(16).padStart(12, '0')}`;

/** Positions of things in time as a list of them, newest first. */
const listOf = (positions: Iterable<number>): readonly Item[] =>
  [...positions].sort((a, b) => b - a).map((position) => ({ uid: uidOf(position) }));

const uids = (items: readonly Item[]) => items.map(({ uid }) => uid);

/** The pages from a cursor on; `change` gives the list as it is when a page is asked for. */
function walk(
  direction: Cursor['direction'],
  from: Cursor | undefined,
  limit: number,
  change: (page: number) => readonly Item[],
): readonly (readonly Item[])[] {
  const pages: (readonly Item[])[] = [];
  let cursor = from;
  do {
    if (pages.length > 200) throw new Error('The pages do not end.');
    const page = cutPage(change(pages.length), cursor, limit);
    pages.push(page.items);
    cursor = page[direction];
  } while (cursor !== undefined);
  return pages;
}

const position = fc.integer({ min: 0, max: 60 });
const positions = fc.uniqueArray(position, { maxLength: 40 });
const limit = fc.integer({ min: 1, max: 9 });

describe('pages of a list', () => {
  test('followed by next are the whole list, in full pages but for the last', () => {
    fc.assert(
      fc.property(positions, limit, (all, size) => {
        const list = listOf(all);
        const pages = walk('next', undefined, size, () => list);
        expect(pages.flat()).toEqual(list);
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(size);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(list.length / size)));
      }),
    );
  });

  test('followed by previous are the same pages, reversed', () => {
    fc.assert(
      fc.property(positions, limit, (all, size) => {
        const list = listOf(all);
        const pages = walk('next', undefined, size, () => list);
        const last = pages.at(-1)?.[0];
        const toBeforeLast: Cursor | undefined = last && { direction: 'previous', uid: last.uid };
        if (pages.length < 2) expect(cutPage(list, undefined, size).previous).toBeUndefined();
        else expect(walk('previous', toBeforeLast, size, () => list)).toEqual(pages.slice(0, -1).toReversed());
      }),
    );
  });

  test('show everything once that stays, whatever comes and goes between them, either way', () => {
    const changes = fc.array(fc.uniqueArray(position, { maxLength: 20 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(positions, changes, limit, fc.boolean(), (staying, coming, size, back) => {
        const kept = new Set(staying);
        const now = (page: number) => listOf(new Set([...kept, ...(coming[page % coming.length] ?? [])]));
        const end: Cursor = { direction: 'previous', uid: '00000000-0000-0000-0000-000000000000' };
        const pages = back ? walk('previous', end, size, now) : walk('next', undefined, size, now);
        const seen = uids((back ? pages.toReversed() : pages).flat());
        expect(seen).toEqual(seen.toSorted().toReversed());
        expect(new Set(seen).size).toBe(seen.length);
        const stayed = new Set(uids(listOf(kept)));
        expect(seen.filter((uid) => stayed.has(uid))).toEqual(uids(listOf(kept)));
      }),
    );
  });

  test('lead on exactly where something is', () => {
    fc.assert(
      fc.property(positions, limit, position, fc.constantFrom('next', 'previous'), (all, size, at, direction) => {
        const list = listOf(all);
        const page = cutPage(list, { direction, uid: uidOf(at) }, size);
        const older = page.next === undefined ? [] : cutPage(list, page.next, list.length + 1).items;
        const newer = page.previous === undefined ? [] : cutPage(list, page.previous, list.length + 1).items;
        expect([...newer, ...page.items, ...older]).toEqual(list);
        expect(page.next === undefined).toBe(older.length === 0);
        expect(page.previous === undefined).toBe(newer.length === 0);
      }),
    );
  });

  test('of an empty list is one, and leads nowhere', () => {
    expect(cutPage([], undefined, 5)).toEqual({ items: [] });
    expect(cutPage([], { direction: 'next', uid: uidOf(1) }, 5)).toEqual({ items: [] });
    expect(cutPage([], { direction: 'previous', uid: uidOf(1) }, 5)).toEqual({ items: [] });
  });

  test('lead back over a page whose things are all gone', () => {
    const list = listOf([1, 2, 3]);
    const gone = cutPage(list, { direction: 'next', uid: uidOf(1) }, 2);
    expect(gone.items).toEqual([]);
    expect(uids(cutPage(list, gone.previous, 2).items)).toEqual([uidOf(2), uidOf(1)]);
    const before = cutPage(list, { direction: 'previous', uid: uidOf(3) }, 2);
    expect(before.items).toEqual([]);
    expect(uids(cutPage(list, before.next, 2).items)).toEqual([uidOf(3), uidOf(2)]);
  });
});

const owner = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  cursorKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
});
const cursor: fc.Arbitrary<Cursor> = fc.record({
  direction: fc.constantFrom('next' as const, 'previous' as const),
  uid: fc.oneof(fc.uuid(), fc.constantFrom(uidOf(0), '00000000-0000-0000-0000-000000000000')),
});
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a cursor', () => {
  test('is read by the organization it was written for', () => {
    fc.assert(
      fc.property(cursor, owner, (some, own) => {
        const text = writeCursor(some, own);
        expect(text).toMatch(/^[A-Za-z0-9_-]{44}$/);
        expect(readCursor(text, own)).toEqual(some);
      }),
    );
  });

  test('is refused with any single character changed, left out or put in', () => {
    const own = { id: 7, cursorKey: 'the key of seven' };
    const text = writeCursor({ direction: 'next', uid: uidOf(5) }, own);
    for (let at = 0; at < text.length; at++) {
      for (const other of `${alphabet}+/=. \n%ä`) {
        if (other !== text[at]) expect(readCursor(text.slice(0, at) + other + text.slice(at + 1), own)).toBeUndefined();
        expect(readCursor(text.slice(0, at) + other + text.slice(at), own)).toBeUndefined();
      }
      expect(readCursor(text.slice(0, at) + text.slice(at + 1), own)).toBeUndefined();
    }
    expect(readCursor(text, own)).toBeDefined();
  });

  test('of another organization is refused, even under one key', () => {
    fc.assert(
      fc.property(cursor, owner, owner, (some, own, other) => {
        const text = writeCursor(some, own);
        if (own.id !== other.id) expect(readCursor(text, { ...own, id: other.id })).toBeUndefined();
        if (own.cursorKey !== other.cursorKey) {
          expect(readCursor(text, other)).toBeUndefined();
          expect(readCursor(text, { ...own, cursorKey: other.cursorKey })).toBeUndefined();
        }
      }),
    );
  });

  test('put together by somebody who does not have the key is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 33, maxLength: 33 }), owner, (bytes, own) => {
        expect(readCursor(Buffer.from(bytes).toString('base64url'), own)).toBeUndefined();
      }),
    );
  });

  test('turned round is refused, although the rest of it is in order', () => {
    const own = { id: 7, cursorKey: 'the key of seven' };
    const bytes = Buffer.from(writeCursor({ direction: 'next', uid: uidOf(5) }, own), 'base64url');
    for (const direction of [1, 2, 255]) {
      const turned = Buffer.concat([Buffer.of(direction), bytes.subarray(1)]);
      expect(readCursor(turned.toString('base64url'), own)).toBeUndefined();
    }
  });

  test('is refused for every text that is none', () => {
    const own = { id: 7, cursorKey: 'the key of seven' };
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(readCursor(text, own)).toBeUndefined();
      }),
    );
    for (const text of ['', 'A'.repeat(44), '_'.repeat(44), 'A'.repeat(45), 'A'.repeat(1_000_000), 'null', '{}']) {
      expect(readCursor(text, own)).toBeUndefined();
    }
  });

  test('carries sixteen bytes of an HMAC-SHA256 over the organization, the direction and the uid', () => {
    const own = { id: 7, cursorKey: 'the key of seven' };
    const bytes = Buffer.from(writeCursor({ direction: 'previous', uid: uidOf(5) }, own), 'base64url');
    const check = createHmac('sha256', own.cursorKey)
      .update(JSON.stringify([7, 'previous', uidOf(5)]))
      .digest();
    expect(bytes.subarray(17)).toEqual(check.subarray(0, 16));
  });
});
