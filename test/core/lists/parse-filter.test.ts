import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilters } from '../../../functions/core/lists/parse-filter.ts';

const kinds = { id: 'integer', name: 'text', proxy: 'text', size: 'integer' } as const;

type Things = { readonly id?: number; readonly name?: string; readonly proxy?: string; readonly size?: number };

/** Whether a thing is found by filters that are in order. */
function holds(query: Readonly<Record<string, string>>, thing: Things): boolean {
  const filters = parseFilters(kinds, query);
  if (!filters.ok) throw new Error(filters.faults.map(({ field, message }) => `${field} ${message}`).join('; '));
  return filters.value(thing);
}

const faultsOf = (query: Readonly<Record<string, string>>) => {
  const filters = parseFilters(kinds, query);
  return filters.ok ? [] : filters.faults;
};

const text = fc.string({ maxLength: 20 });
const integer = fc.integer();

/** Texts that begin as filters do, or nearly so. */
const filterLike = fc
  .tuple(
    fc.constantFrom('', '!', '=', '!=', '>', '<', '~', '><', '!><', '!~', '<>'),
    fc.oneof(text, integer.map(String)),
  )
  .map((parts) => parts.join(''));

describe('a filter', () => {
  test.each([
    ['a', ['a']],
    ['=a', ['a']],
    ['==a', ['=a']],
    ['=~a', ['~a']],
    ['=!=a', ['!=a']],
    ['!a', ['!a']],
    ['=a|b', ['a|b']],
    ['!=a', ['', 'A', 'ab', 'b', 'a|b', '=a', '~a', '!=a', '!a']],
    ['>a', ['ab', 'b', 'a|b', '~a']],
    ['>=a', ['a', 'ab', 'b', 'a|b', '~a']],
    ['<a', ['', 'A', '=a', '!=a', '!a']],
    ['<=a', ['', 'A', 'a', '=a', '!=a', '!a']],
    ['><a|b', ['a', 'b']],
    ['><a', ['a']],
    ['!><a|b', ['', 'A', 'ab', 'a|b', '=a', '~a', '!=a', '!a']],
    ['~a%', ['a', 'ab', 'a|b']],
    ['~_a', ['=a', '~a', '!a']],
    ['!~%a%', ['', 'A', 'b']],
    ['', ['']],
    ['=', ['']],
    ['!=', ['A', 'a', 'ab', 'b', 'a|b', '=a', '~a', '!=a', '!a']],
  ])('%j finds %j', (filter, expected) => {
    const names = ['', 'A', 'a', 'ab', 'b', 'a|b', '=a', '~a', '!=a', '!a'];
    expect(names.filter((name) => holds({ name: filter }, { name }))).toEqual(expected);
  });

  test('compares texts and numbers each in their own way', () => {
    expect(holds({ name: '<9' }, { name: '10' })).toBe(true);
    expect(holds({ id: '<9' }, { id: 10 })).toBe(false);
    expect(holds({ id: '007' }, { id: 7 })).toBe(true);
    expect(holds({ name: '007' }, { name: '7' })).toBe(false);
    expect(holds({ id: '><1|07' }, { id: 7 })).toBe(true);
    expect(holds({ id: '~1_' }, { id: 12 })).toBe(true);
    expect(holds({ id: '-0' }, { id: 0 })).toBe(true);
  });

  test('and its opposite never agree, also about what is absent', () => {
    const value = fc.option(text, { nil: undefined });
    const operand = fc.string({ minLength: 1, maxLength: 8 }).filter((some) => !some.includes('|'));
    fc.assert(
      fc.property(value, operand, fc.constantFrom('=', '><', '~'), (name, some, operator) => {
        const thing = { ...(name !== undefined && { name }) };
        expect(holds({ name: `!${operator}${some}` }, thing)).toBe(!holds({ name: operator + some }, thing));
      }),
    );
    fc.assert(
      fc.property(fc.option(integer, { nil: undefined }), integer, (id, some) => {
        const thing = { ...(id !== undefined && { id }) };
        expect(holds({ id: `>=${some}` }, thing)).toBe(!holds({ id: `<${some}` }, thing));
        expect(holds({ id: `<=${some}` }, thing)).toBe(!holds({ id: `>${some}` }, thing));
        expect(holds({ id: `!=${some}` }, thing)).toBe(!holds({ id: `${some}` }, thing));
      }),
    );
  });

  test('by = finds exactly the texts that are the same, whatever they begin with', () => {
    fc.assert(
      fc.property(filterLike, text, (name, other) => {
        expect(holds({ name: `=${name}` }, { name })).toBe(true);
        expect(holds({ name: `=${name}` }, { name: other })).toBe(name === other);
      }),
    );
  });

  test('compares numbers as numbers compare', () => {
    fc.assert(
      fc.property(integer, integer, (id, some) => {
        expect(holds({ id: `${some}` }, { id })).toBe(id === some);
        expect(holds({ id: `>${some}` }, { id })).toBe(id > some);
        expect(holds({ id: `>=${some}` }, { id })).toBe(id >= some);
        expect(holds({ id: `><${some}|${some + 1}` }, { id })).toBe(id === some || id === some + 1);
      }),
    );
  });

  test('takes what is absent for the empty text, before every other value', () => {
    for (const filter of ['', '=', '!=x', '<x', '<=x', '!><x|y', '!~x', '~%'])
      expect(holds({ proxy: filter }, {})).toBe(true);
    for (const filter of ['x', '!=', '>x', '>=x', '><x|y', '~x', '~_%'])
      expect(holds({ proxy: filter }, {})).toBe(false);
    for (const filter of ['!=0', '<0', '!><0|1', '!~_%']) expect(holds({ size: filter }, {})).toBe(true);
    for (const filter of ['0', '>-1', '>=0', '><0|1', '~_%']) expect(holds({ size: filter }, {})).toBe(false);
  });

  test('holds together with all others', () => {
    const query = { name: '~c%', id: '>1', proxy: '' };
    expect(holds(query, { name: 'c', id: 2 })).toBe(true);
    expect(holds(query, { name: 'c', id: 1 })).toBe(false);
    expect(holds(query, { name: 'd', id: 2 })).toBe(false);
    expect(holds(query, { name: 'c', id: 2, proxy: 'http://p' })).toBe(false);
  });

  test('that is not there finds everything; what is no attribute is ignored', () => {
    expect(holds({}, {})).toBe(true);
    expect(holds({ limit: 'x', constructor: '~' }, { name: 'a' })).toBe(true);
  });
});

describe('no filter', () => {
  test.each([
    '>',
    '>=',
    '<',
    '<=',
    '><',
    '!><',
    '~',
    '!~',
    '!>a',
    '!<a',
    '<>a',
    '!>',
    '<>',
    '><|',
    '><a|',
    '!><|a',
    '><a||b',
  ])('is %j', (filter) => {
    expect(faultsOf({ name: filter })).toMatchObject([{ field: 'name', code: 'invalid' }]);
    expect(faultsOf({ id: filter })).toMatchObject([{ field: 'id', code: 'invalid' }]);
  });

  test.each([
    '',
    '=',
    '!=',
    'a',
    '1.5',
    '1e3',
    '0x1',
    ' 1',
    '1 ',
    '+1',
    '--1',
    '>=a',
    '==1',
    '>=<1',
    '><1|a',
    '9007199254740993',
    '１',
  ])('for a number is %j', (filter) => {
    expect(faultsOf({ id: filter })).toEqual([{ field: 'id', code: 'invalid', message: 'must be a whole number' }]);
  });

  test('is longer than 1,000 characters', () => {
    expect(faultsOf({ name: `~${'%'.repeat(999)}` })).toEqual([]);
    expect(faultsOf({ name: `~${'%'.repeat(1000)}` })).toMatchObject([{ field: 'name', code: 'invalid' }]);
    expect(faultsOf({ id: '1'.repeat(1001) })).toMatchObject([{ message: 'must be at most 1000 characters long' }]);
  });

  test('has more than 100 alternatives', () => {
    const alternatives = (count: number) => Array.from({ length: count }, (_, index) => index).join('|');
    expect(faultsOf({ name: `><${alternatives(100)}`, id: `!><${alternatives(100)}` })).toEqual([]);
    expect(faultsOf({ name: `><${alternatives(101)}`, id: `!><${alternatives(101)}` })).toMatchObject([
      { field: 'id', code: 'invalid' },
      { field: 'name', code: 'invalid' },
    ]);
  });

  test('hides another: all faults are told, in the order of the attributes, without what was sent', () => {
    const faults = faultsOf({ proxy: '~', name: 'fine', id: 'hunter2' });
    expect(faults.map(({ field }) => field)).toEqual(['id', 'proxy']);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  test('makes parsing throw, or its predicate', () => {
    fc.assert(
      fc.property(filterLike, filterLike, text, (name, id, own) => {
        const filters = parseFilters(kinds, { name, id });
        if (filters.ok) expect(typeof filters.value({ name: own, id: 1 })).toBe('boolean');
        else expect(filters.faults.length).toBeGreaterThan(0);
      }),
    );
  });
});
