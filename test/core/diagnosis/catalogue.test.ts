import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnosisCodes, steps } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose, stepOf } from '../../../functions/core/diagnosis/diagnosis.ts';

test.each(diagnosisCodes)('%s is worded: what is wrong, then what to do, in whole sentences', (code) => {
  const diagnosis = code === 'region-wrong' ? diagnose(code, { region: 'eu-west-1' }) : diagnose(code);
  expect(diagnosis.code).toBe(code);
  for (const text of [diagnosis.sentence, diagnosis.remedy]) {
    expect(text).toMatch(/^[A-Z].*\.$/s);
    expect(text).not.toMatch(/[{}]/);
  }
  expect(steps).toContain(stepOf(code));
});

test('a region is named only if it has the form of one: the name came from the server', () => {
  expect(diagnose('region-wrong', { region: 'eu-west-1' }).sentence).toContain('eu-west-1');
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (region) => {
      fc.pre(!/^[a-z0-9][a-z0-9-]*$/.test(region));
      expect(diagnose('region-wrong', { region }).code).toBe('region-unclear');
    }),
  );
});
