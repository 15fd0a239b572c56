import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Call } from '../../../../infra/admin/api/client.ts';
import { listed } from '../../../../infra/admin/api/list-pages.ts';

/** Reads a list of which each page says so, and counts the pages. */
async function read(next: (page: number) => unknown, limit?: number) {
  let pages = 0;
  const call: Call = async () => ({ rows: [++pages], next: next(pages), more: true });
  const list = listed(call, { path: '/admin/rows' }, 'rows', z.int(), limit);
  return { ...(await list.catch((error: unknown) => ({ error: String(error) }))), pages };
}

test('a list is read to its end', async () => {
  expect(await read((page) => (page < 3 ? `${page}` : null))).toEqual({
    items: [1, 2, 3],
    json: { rows: [1, 2, 3], next: null },
    isCut: false,
    pages: 3,
  });
});

test('or to its limit', async () => {
  expect(await read((page) => `${page}`, 2)).toEqual({
    items: [1, 2],
    json: { rows: [1, 2], next: '2' },
    isCut: true,
    pages: 2,
  });
});

test('or cut where its last page holds more', async () => {
  const call: Call = async () => ({ rows: [1, 2, 3], next: null });
  expect(await listed(call, { path: '/admin/rows' }, 'rows', z.int(), 2)).toEqual({
    items: [1, 2],
    json: { rows: [1, 2], next: null },
    isCut: true,
  });
});

test('one that repeats a page is given up', async () => {
  expect(await read((page) => `${page % 2}`)).toEqual({
    error: 'Stopped: The API repeats a page of this list without end; it was given up.',
    pages: 3,
  });
});

test('one that has no end is given up', async () => {
  expect(await read((page) => `${page}`)).toEqual({
    error: 'Stopped: The list was not at its end after 1000 pages; it was given up.',
    pages: 1000,
  });
});

test.each([undefined, 7])('one whose next page is %j is not understood', async (next) => {
  expect(await read(() => next)).toEqual({ error: expect.stringMatching(/not understood/), pages: 1 });
});
