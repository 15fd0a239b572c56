import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareValues, isAttribute, listAttributes } from '../../../functions/core/lists/attribute.ts';

const codePoints = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);

/** Texts in which the order of code units and that of code points come apart. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.constantFrom('a', 'Z', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}'), { maxLength: 4 })
    .map((characters) => characters.join('')),
);

describe('values of an attribute', () => {
  test('are in the order of their code points', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [codePoints(one), codePoints(other)];
        const at = a.findIndex((point, index) => point !== b[index]);
        const expected = at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
        expect(Math.sign(compareValues(one, other))).toBe(Math.sign(expected));
      }),
      { numRuns: 2000 },
    );
    expect(compareValues('\uffff', '😀')).toBeLessThan(0);
    expect(compareValues('Z', 'a')).toBeLessThan(0);
  });

  test('are in the order of their size where they are numbers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (one, other) => {
        expect(Math.sign(compareValues(one, other))).toBe(Math.sign(one - other));
      }),
    );
    expect(compareValues(9, 10)).toBeLessThan(0);
  });

  test('come after those that are absent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.integer()), (value) => {
        expect(compareValues(undefined, value)).toBeLessThan(0);
        expect(compareValues(value, undefined)).toBeGreaterThan(0);
      }),
    );
    expect(compareValues(undefined, '')).toBe(0);
    expect(compareValues(undefined, undefined)).toBe(0);
  });
});

test('only what is declared is an attribute', () => {
  const kinds = { id: 'integer', name: 'text' } as const;
  expect(listAttributes(kinds)).toEqual([
    { name: 'id', kind: 'integer' },
    { name: 'name', kind: 'text' },
  ]);
  expect(isAttribute(kinds, 'name')).toBe(true);
  for (const name of ['', 'Name', 'constructor', '__proto__', 'toString']) expect(isAttribute(kinds, name)).toBe(false);
});
