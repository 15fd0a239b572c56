import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConnectionName } from '../../../functions/core/connections/parse-name.ts';

const codeOf = (text: string) => {
  const parsed = parseConnectionName(text);
  return parsed.ok ? undefined : parsed.faults.map(({ code }) => code);
};

describe('the name of a connection', () => {
  test.each(['box', ' box ', 'Eimer für Übungen', '数据集', '🪣', 'a/b#c', 'n'.repeat(255)])(
    '%s stays as it is',
    (text) => {
      expect(parseConnectionName(text)).toEqual({ ok: true, value: text });
    },
  );

  test('is something, is not too long, and can be read', () => {
    expect(codeOf('')).toEqual(['blank']);
    expect(codeOf(' \u3000')).toEqual(['blank']);
    expect(codeOf('n'.repeat(256))).toEqual(['too_long']);
    expect(codeOf('n'.repeat(10_000))).toEqual(['too_long']);
    expect(codeOf('a\u0000b')).toEqual(['invalid']);
    expect(codeOf('a\nb')).toEqual(['invalid']);
    expect(codeOf('a\ud800b')).toEqual(['invalid']);
  });

  test('fits into a sort key behind a word of 200 bytes', () => {
    const long = fc.string({ unit: fc.constantFrom('€', '🪣', 'ü', 'n'), minLength: 60, maxLength: 255 });
    fc.assert(
      fc.property(long, (text) => {
        if (parseConnectionName(text).ok) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 - 200);
      }),
    );
  });
});
