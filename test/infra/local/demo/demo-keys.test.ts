import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demoAccount, newAccessKeyId, newDemoKeys, newDemoSession } from '../../../../infra/local/demo/demo-keys.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The published decoding: six bytes of what the sixteen characters after the prefix stand for, masked and shifted. */
function accountOf(accessKeyId: string): string {
  const bits = [...accessKeyId.slice(4)]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const number = BigInt(`0b${bits.slice(0, 48)}`);
  return `${(number & 0x7fffffffff80n) >> 7n}`.padStart(12, '0');
}

test('the decoding gives what is published', () => {
  expect(accountOf('ASIAY34FZKBOKMUTVV7A')).toBe('609629065308');
});

test('an access key id names its account, and is random otherwise', () => {
  const prefixes = fc.constantFrom('AKIA' as const, 'ASIA' as const);
  const accounts = fc.integer({ min: 0, max: 999_999_999_999 }).map((number) => `${number}`.padStart(12, '0'));
  fc.assert(
    fc.property(prefixes, accounts, (prefix, account) => {
      const made = newAccessKeyId(prefix, account);
      expect(made).toMatch(new RegExp(`^${prefix}[Q-Z2-7][A-Z2-7]{15}$`));
      expect(accountOf(made)).toBe(account);
      expect(newAccessKeyId(prefix, account)).not.toBe(made);
    }),
  );
});

test("the demo's keys are of the customer's account", () => {
  expect(accountOf(newDemoKeys().s3.accessKey)).toBe(demoAccount);
  expect(accountOf(newDemoSession().accessKeyId)).toBe(demoAccount);
});
