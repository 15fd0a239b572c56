import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesLike } from '../../../functions/core/lists/sql-like.ts';

/** What LIKE means, written down without regard for time. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  const [token, ...rest] = pattern;
  if (token === undefined) return text.length === 0;
  if (token === '%') return matches(rest, text) || (text.length > 0 && matches(pattern, text.slice(1)));
  const [character, ...further] = text;
  if (character === undefined) return false;
  if (token === '_') return matches(rest, further);
  const meant = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
  return meant === character && matches(rest, further);
}

// `\` is left out of the bare characters: before another token it would be a different pattern when joined.
const token = fc.constantFrom('%', '%', '_', 'a', 'b', '😀', '\\%', '\\_', '\\\\');
const character = fc.constantFrom('a', 'b', '😀', '%', '_', '\\');
/** Those that mean something here or to a regular expression, those of several code units, and half of one. */
const anyCharacter = fc.oneof(
  fc.constantFrom(...'%_\\.*^$[]\n\u2028ä😀'),
  fc.constant('\ud83d'),
  fc.string({ minLength: 1, maxLength: 1 }),
);
const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

describe('LIKE', () => {
  test('means what its definition says', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), fc.array(character, { maxLength: 10 }), (pattern, text) => {
        expect(matchesLike(pattern.join(''))(text.join(''))).toBe(matches(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  test('without wildcards is equality, whatever the characters', () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 20 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(matchesLike(escaped(one))(one)).toBe(true);
        expect(matchesLike(escaped(one))(other)).toBe(one === other);
      }),
    );
  });

  test('finds every part of a text, wherever it is', () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        expect(matchesLike(`%${escaped(part)}%`)(before + part + after)).toBe(true);
        expect(matchesLike(`${escaped(before)}%${escaped(after)}`)(before + part + after)).toBe(true);
      }),
    );
  });

  test.each([
    ['c%', 'c 1/x', true],
    ['c%', 'C 1/x', false],
    ['_', 'ä', true],
    ['_', '😀', true],
    ['__', '😀', false],
    ['_', '', false],
    ['%', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a%b', 'a\nb', true],
    ['a_b', 'a\nb', true],
    ['100\\%', '100%', true],
    ['100\\%', '1000', false],
    ['a\\_b', 'axb', false],
    ['a\\\\%', 'a\\b', true],
    ['C:\\x', 'C:\\x', true],
    ['a\\', 'a\\', true],
    ['.*', 'anything', false],
    ['a%a', 'a', false],
  ])('%j and %j: %s', (pattern, text, expected) => {
    expect(matchesLike(pattern)(text)).toBe(expected);
  });

  test.each([
    ['nothing but wildcards', '%'.repeat(1000), true],
    ['wildcards around every letter', '%a'.repeat(500), true],
    ['wildcards around every letter, and one that is not there', `${'%a'.repeat(499)}%b`, false],
    ['a long beginning that is everywhere', `%${'a'.repeat(998)}b`, false],
    ['any letter, and one that is not there', `%${'_'.repeat(998)}b`, false],
    ['both wildcards in turn', `${'%_'.repeat(499)}%b`, false],
  ])('takes no time over hostile patterns: %s', (_, pattern, expected) => {
    const text = 'a'.repeat(2048);
    const matching = matchesLike(pattern);
    const began = performance.now();
    for (let round = 0; round < 20; round++) expect(matching(text)).toBe(expected);
    // Under half a millisecond each; with going back it would be years.
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
