import { afterEach, expect, test } from 'vitest';
import { integerVariable } from '../../../functions/platform/runtime/integer-variable.ts';

afterEach(() => {
  delete process.env['UNSAVED_JOBS'];
});
const read = (text: string): number => {
  process.env['UNSAVED_JOBS'] = text;
  return integerVariable('UNSAVED_JOBS', 1_000);
};

test.each(['1', '42', '1000'])('%s is read', (text) => {
  expect(read(text)).toBe(Number(text));
});

test.each(['0', '-1', '1.5', '1e2', '01', ' 1', '1\n', '', 'ten', '1001', '9'.repeat(400), 'Infinity'])(
  '“%s” is refused by the name of its variable',
  (text) => {
    expect(() => read(text)).toThrow(`UNSAVED_JOBS has to be a whole number from 1 to 1000, and is “${text}”.`);
  },
);

test('nothing is refused by the name of its variable, too', () => {
  expect(() => integerVariable('UNSAVED_JOBS', 1_000)).toThrow('UNSAVED_JOBS');
});
