import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutPart, parseLimit, parsePaging } from '../../../functions/core/lists/parse-paging.ts';

const limits = { usual: 100, most: 1000 };

describe('paging', () => {
  test('is the usual number from the beginning, unless the query says otherwise', () => {
    expect(parsePaging({}, limits)).toEqual({ ok: true, value: { offset: 0, limit: 100 } });
    expect(parsePaging({ offset: '5' }, limits)).toEqual({ ok: true, value: { offset: 5, limit: 100 } });
    expect(parsePaging({ limit: '5' }, limits)).toEqual({ ok: true, value: { offset: 0, limit: 5 } });
    expect(parsePaging({ offset: '0', limit: '1' }, limits)).toEqual({ ok: true, value: { offset: 0, limit: 1 } });
  });

  test('takes every positive number for a limit, and no more than the most', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 1, max: 2000 }),
          fc.maxSafeNat().map((n) => n + 1),
        ),
        (limit) => {
          expect(parseLimit(String(BigInt(limit)), limits)).toEqual({ ok: true, value: Math.min(limit, 1000) });
        },
      ),
    );
    expect(parseLimit('9'.repeat(400), limits)).toEqual({ ok: true, value: 1000 });
    expect(parseLimit('010', limits)).toEqual({ ok: true, value: 10 });
  });

  test.each([
    '0',
    '00',
    '-1',
    'abc',
    '1e9',
    '1.5',
    '',
    ' 1',
    '1 ',
    '1\n',
    '+1',
    '0x10',
    '１',
    'Infinity',
    'NaN',
    'null',
  ])('has no limit of %j', (limit) => {
    expect(parsePaging({ limit }, limits)).toEqual({
      ok: false,
      faults: [{ field: 'limit', code: 'invalid', message: 'must be a whole number from 1' }],
    });
  });

  test.each(['-1', 'abc', '1e9', '1.5', '', ' 1', '1\n', '+1', '0x10'])('has no offset of %j', (offset) => {
    expect(parsePaging({ offset }, limits)).toEqual({
      ok: false,
      faults: [{ field: 'offset', code: 'invalid', message: 'must be a whole number from 0' }],
    });
  });

  test('tells both faults at once', () => {
    const paging = parsePaging({ offset: '-1', limit: '0' }, limits);
    expect(paging.ok ? [] : paging.faults.map(({ field }) => field)).toEqual(['offset', 'limit']);
  });

  test('divides a list into parts that make up the list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (items, limit) => {
        const parts: number[][] = [];
        for (let offset = 0; offset < items.length; offset += limit) parts.push([...cutPart(items, { offset, limit })]);
        expect(parts.flat()).toEqual(items);
        for (const part of parts.slice(0, -1)) expect(part).toHaveLength(limit);
        expect(cutPart(items, { offset: items.length, limit })).toEqual([]);
      }),
    );
  });

  test('gives nothing beyond the end, however far beyond', () => {
    for (const offset of ['3', '4', '9007199254740993', '9'.repeat(400)]) {
      const paging = parsePaging({ offset }, limits);
      if (!paging.ok) throw new Error(`${offset} is an offset`);
      expect(paging.value.offset).toSatisfy(Number.isSafeInteger);
      expect(cutPart([1, 2, 3], paging.value)).toEqual([]);
    }
  });
});
