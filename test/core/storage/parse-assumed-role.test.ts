import { describe, expect, test } from 'vitest';
import { parseAssumedRole } from '../../../functions/core/storage/parse-assumed-role.ts';

describe('a role to be assumed', () => {
  test.each([
    'arn:aws:iam::123456789012:role/storage',
    'arn:aws-cn:iam::123456789012:role/a/path/storage+=,.@-_',
    `arn:aws-us-gov:iam::123456789012:role/${'r'.repeat(64)}`,
  ])('%s is one, under the external id it is given', (roleArn) => {
    const value = { kind: 'assumed-role', roleArn, externalId: 'e' };
    expect(parseAssumedRole(roleArn, 'e')).toEqual({ ok: true, value });
  });

  test.each([
    'storage',
    'arn:aws:iam::123456789012:user/storage',
    'arn:aws:iam::12345678901:role/storage',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:role/a b',
    'arn:aws:iam::123456789012:role/storage\n',
    ' arn:aws:iam::123456789012:role/storage',
    `arn:aws:iam::123456789012:role/${'r'.repeat(65)}`,
  ])('%s is none', (arn) => {
    const parsed = parseAssumedRole(arn, 'e');
    const message = 'must be the ARN of a role, such as arn:aws:iam::123456789012:role/storage';
    expect(parsed).toEqual({ ok: false, faults: [{ field: 'accessKey', code: 'invalid', message }] });
  });

  test('is blank when it is, and no more than ten thousand letters are', () => {
    expect(parseAssumedRole('x'.repeat(10_000), 'e').ok).toBe(false);
    expect(parseAssumedRole('', 'e')).toMatchObject({ ok: false, faults: [{ field: 'accessKey', code: 'blank' }] });
  });
});
