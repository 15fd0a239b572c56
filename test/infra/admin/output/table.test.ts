import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cardOf, shortTime, tableOf } from '../../../../infra/admin/output/table.ts';
import { jsonText, printable } from '../../../../infra/admin/output/terminal.ts';

/** What a terminal may act upon: C0, DEL, C1, and what turns the direction of what follows. */
const acts = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b[2J', '\r', '\n', '\u0007', '\u009b', '\u202e', '\u2028', ' '),
    fc.string({ unit: 'grapheme', maxLength: 2 }),
  ),
});

describe('a table', () => {
  test('has two spaces between its columns, no lines, and nothing at the end of a line', () => {
    expect(
      tableOf(
        ['ID', 'NAME'],
        [
          ['1', 'Acme'],
          ['12', ''],
        ],
      ),
    ).toBe('ID  NAME\n1   Acme\n12');
    expect(cardOf({ ID: '1', 'EXTERNAL ID': 'x' })).toBe('ID           1\nEXTERNAL ID  x');
  });

  test('keeps its columns where characters are wide', () => {
    expect(tableOf(['NAME', 'ID'], [['日本', '1']])).toBe('NAME  ID\n日本  1');
  });

  test('has as many lines as rows and nothing that steers a terminal, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyText, anyText)), (rows) => {
        const text = tableOf(['A', 'B'], rows);
        expect(text.split('\n')).toHaveLength(rows.length + 1);
        expect(text).not.toMatch(acts);
        const [[name = '', other = ''] = []] = rows;
        expect(cardOf({ NAME: name, OTHER: other })).not.toMatch(acts);
      }),
    );
  });
});

test('a text from elsewhere keeps everything else', () => {
  expect(printable('curl/8 \u001b[31mrot\u001b[0m\r\n\u202etxt.exe é日本👩‍🚀')).toBe(
    'curl/8 [31mrot[0mtxt.exe é日本👩‍🚀',
  );
});

test('JSON says the same to a program, and nothing to a terminal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      const shown = jsonText({ value, text });
      expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify({ value, text })));
      expect(shown).not.toMatch(acts);
    }),
  );
});

test('times are short, and in UTC', () => {
  expect(shortTime('2026-11-21T10:32:59.999Z')).toBe('2026-11-21 10:32');
  expect(shortTime(null)).toBe('–');
});
