import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  continuationToken,
  type ListPage,
  type ListQuery,
  listEncoded,
  listPage,
  nameInToken,
} from '../../../../../infra/local/storage/s3/operations/listing.ts';
import { compareKeys, newHead, type ObjectHead } from '../../../../../infra/local/storage/s3/store/objects.ts';

const key = fc.array(fc.constantFrom('a', 'b', '/', '//', '.', '\uffee', '\u{1F600}'), { minLength: 1, maxLength: 6 });
const heads = fc
  .uniqueArray(
    key.map((parts) => parts.join('')),
    { maxLength: 25 },
  )
  .map((keys) => keys.sort(compareKeys).map((name) => newHead(name, Buffer.alloc(0), {})));
const prefix = fc.constantFrom('', 'a', 'a/', '/', 'b//');
const delimiter = fc.constantFrom('', '/', 'b', '//');

function everyPage(all: readonly ObjectHead[], query: Omit<ListQuery, 'after'>): readonly ListPage[] {
  const pages: ListPage[] = [];
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: ListPage = listPage(all, { ...query, after });
    pages.push(page);
    after = page.last;
    expect(pages.length).toBeLessThanOrEqual(all.length + 1);
  }
  return pages;
}

/** Every object or common prefix of a listing, said in one sentence. */
function named(all: readonly ObjectHead[], query: Omit<ListQuery, 'after' | 'maxKeys'>): readonly string[] {
  const names = all
    .map((head) => head.key)
    .filter((name) => name.startsWith(query.prefix))
    .map((name) => {
      const [group, ...rest] = query.delimiter === '' ? [name] : name.slice(query.prefix.length).split(query.delimiter);
      return rest.length === 0 ? name : `${query.prefix}${group}${query.delimiter}`;
    });
  return [...new Set(names)];
}

test('all pages together are the whole listing, each name once, none too large', () => {
  fc.assert(
    fc.property(heads, prefix, delimiter, fc.integer({ min: 1, max: 7 }), (all, under, split, maxKeys) => {
      const query = { prefix: under, delimiter: split, maxKeys };
      const pages = everyPage(all, query);
      const names = pages.flatMap(({ contents, commonPrefixes }) =>
        [...contents.map((head) => head.key), ...commonPrefixes].sort(compareKeys),
      );
      expect(names).toEqual(named(all, query));
      for (const [at, { contents, commonPrefixes }] of pages.entries()) {
        const size = contents.length + commonPrefixes.length;
        if (at < pages.length - 1) expect(size).toBe(maxKeys);
        else expect(size).toBeLessThanOrEqual(maxKeys);
      }
    }),
  );
});

test('a listing goes on behind any name, listed or not', () => {
  fc.assert(
    fc.property(heads, fc.string({ unit: 'grapheme', minLength: 1 }), (all, after) => {
      const { contents } = listPage(all, { prefix: '', delimiter: '', after, maxKeys: 1000 });
      expect(contents).toEqual(all.filter((head) => compareKeys(head.key, after) > 0));
    }),
  );
});

test('keys are ordered by their bytes', () => {
  expect(['\u{1F600}', '\uffee', 'b', 'B', 'a/', 'a'].sort(compareKeys)).toEqual([
    'B',
    'a',
    'a/',
    'b',
    '\uffee',
    '\u{1F600}',
  ]);
});

test('a token leads back to its name, and no other text is a token', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, other) => {
      const token = continuationToken(name);
      expect(nameInToken(token)).toBe(name);
      expect(nameInToken(other)).toBeUndefined();
      expect(nameInToken(`A${token}`)).toBeUndefined();
    }),
  );
});

test('names are encoded like form fields, but for their slashes', () => {
  expect(listEncoded('a b/c+d(1)~é*.png')).toBe('a+b/c%2Bd%281%29%7E%C3%A9*.png');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(decodeURIComponent(listEncoded(name).replaceAll('+', ' '))).toBe(name);
    }),
  );
});
