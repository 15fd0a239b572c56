import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromListQuery, toPage } from '../../../../functions/dialects/avala/list-configs/wire.ts';
import { Refused } from '../../../../functions/http/problem.ts';
import { organization } from '../../../http/auth/callers.ts';

const owner = organization(7);
const uid = '0198c0de-0000-7000-8000-000000000001';
const url = 'https://abc.execute-api.us-east-1.amazonaws.com/prod/api/v1/storage-configs/';
const links = (query: Record<string, string>) =>
  toPage({ items: [], next: { direction: 'next', uid }, previous: { direction: 'previous', uid } }, url, query, owner);
const cursorIn = (link: string | null) => new URL(link ?? '').searchParams.get('cursor') ?? '';

describe('a page', () => {
  test('says explicitly that there is none before or behind it', () => {
    expect(toPage({ items: [] }, url, {}, owner)).toEqual({ next: null, previous: null, results: [] });
  });

  test('links to those beside it by whole URLs, with what else was asked for', () => {
    const { next, previous } = links({ limit: '2', organization: 'the-slug', cursor: 'old', color: 'red' });
    for (const link of [next, previous]) {
      expect(link?.startsWith(`${url}?`)).toBe(true);
      const { searchParams } = new URL(link ?? '');
      expect(Object.fromEntries(searchParams)).toEqual({
        organization: 'the-slug',
        limit: '2',
        cursor: expect.stringMatching(/^[\w-]{44}$/),
      });
    }
    expect(Array.from(new URL(links({}).next ?? '').searchParams.keys())).toEqual(['cursor']);
  });

  test('of a link is the one that was meant, and nobody else’s', () => {
    const { next, previous } = links({});
    expect(fromListQuery({ cursor: cursorIn(next) }, owner)).toEqual({
      cursor: { direction: 'next', uid },
      limit: 100,
    });
    expect(fromListQuery({ cursor: cursorIn(previous) }, owner)?.cursor?.direction).toBe('previous');
    expect(fromListQuery({ cursor: cursorIn(next) }, organization(8))).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (cursor) => {
        expect(fromListQuery({ cursor }, owner)).toBeUndefined();
      }),
    );
  });
});

describe('a limit', () => {
  test.each([
    [undefined, 100],
    ['1', 1],
    ['007', 7],
    ['500', 500],
    ['501', 500],
    ['9'.repeat(400), 500],
  ])('of %s is %i', (limit, expected) => {
    const asked = fromListQuery({ ...(limit !== undefined && { limit }), cursor: '' }, owner);
    expect(asked).toEqual({ cursor: undefined, limit: expected });
  });

  test.each(['0', '-1', 'abc', '1e9', '1.5', '', ' 1', '٣'])('of %j is none', (limit) => {
    expect(() => fromListQuery({ limit }, owner)).toThrow(Refused);
  });
});
