import { expect, test } from 'vitest';
import { parseMountOptions } from '../../../functions/core/connections/parse-mount-options.ts';

test.each(['', 'ro', 'use_path_request_style,url=https://s3.example.com', 'é'.repeat(2048)])(
  'mount options %j are kept as they are',
  (text) => {
    expect(parseMountOptions(text)).toEqual({ ok: true, value: text });
  },
);

test.each([
  ['x'.repeat(2049), 'too_long'],
  ['a\nb', 'invalid'],
  ['\ud800', 'invalid'],
])('mount options %j are not', (text, code) => {
  expect(parseMountOptions(text)).toMatchObject({ ok: false, faults: [{ field: 'options', code }] });
});
