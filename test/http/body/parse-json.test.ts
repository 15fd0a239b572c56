import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyLimitBytes, parseJsonBody } from '../../../functions/http/body/parse-json.ts';
import { type Problem, Refused } from '../../../functions/http/problem.ts';

const problemWith = (body: string, base64 = false): Problem['kind'] | undefined => {
  try {
    parseJsonBody(body, base64);
    return undefined;
  } catch (error) {
    return error instanceof Refused ? error.problem.kind : undefined;
  }
};

describe('a body', () => {
  test('of any JSON is read back, as text and as base64, with white space around it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parseJsonBody(` ${text}\n`, false)).toEqual(JSON.parse(text));
        expect(parseJsonBody(Buffer.from(text).toString('base64'), true)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([null, '', '  \n'])('of %j is none', (body) => {
    expect(parseJsonBody(body, false)).toBeUndefined();
  });

  test.each(['{', '{"a":1,}', 'secretKey=hunter2', "{'a': 1}"])('of %j is malformed, and is not repeated', (body) => {
    expect(problemWith(body)).toBe('malformed');
    expect(() => parseJsonBody(body, false)).not.toThrow(body);
  });

  test('that is not UTF-8 is malformed', () => {
    expect(problemWith(Buffer.from([0x22, 0xff, 0x22]).toString('base64'), true)).toBe('malformed');
  });

  test('is refused beyond its limit in bytes, before it is parsed', () => {
    const fits = JSON.stringify('x'.repeat(bodyLimitBytes - 2));
    expect(parseJsonBody(fits, false)).toHaveLength(bodyLimitBytes - 2);
    expect(problemWith(`${fits} `)).toBe('too-large');
    expect(problemWith('ü'.repeat(bodyLimitBytes / 2 + 1))).toBe('too-large');
  });
});
