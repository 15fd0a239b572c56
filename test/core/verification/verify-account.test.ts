import { describe, expect, test } from 'vitest';
import { steps } from '../../../functions/core/diagnosis/catalogue.ts';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { verifyAccount } from '../../../functions/core/verification/verify-account.ts';
import { memoryStorage } from '../../memory/storage.ts';

const target = { provider: 's3', endpoint: 'https://s3.example.com' } as const;
const credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' } as const;
const never = new AbortController().signal;

describe('a pass over an account', () => {
  test('is connected when it lists its buckets, and says which', async () => {
    const storage = memoryStorage({ one: { region: 'eu-west-1' }, two: {} });
    const clocks = [5, 17.4];
    const { outcome, buckets } = await verifyAccount(
      await storage.openAccount(target, credential, never),
      () => clocks.shift() ?? 0,
    );
    expect(buckets).toEqual([{ name: 'one', region: 'eu-west-1' }, { name: 'two' }]);
    expect(outcome).toMatchObject({ status: 'connected', sample: [], hasInfoLabels: false });
    expect(outcome.findings.slice(0, 4)).toEqual(
      steps.slice(0, 4).map((step) => ({ step, result: 'passed', milliseconds: 12 })),
    );
    expect(storage.lists()).toBe(1);
  });

  test('is what was wrong, with asking or before', async () => {
    const denied = diagnose('bucket-list-denied');
    const storage = memoryStorage({ one: {} }, () => denied);
    const opened = await storage.openAccount(target, credential, never);
    const asked = await verifyAccount(opened, () => 0);
    expect(asked).toMatchObject({ outcome: { status: 'error', diagnosis: denied }, buckets: [] });
    expect(asked.outcome.findings[0]).toEqual({ step: 'resolve', result: 'passed', milliseconds: 0 });
    const malformed = diagnose('access-key-malformed');
    const unasked = await verifyAccount({ ok: false, diagnosis: malformed }, () => 0);
    expect(unasked).toMatchObject({ outcome: { status: 'error', diagnosis: malformed }, buckets: [] });
    expect(unasked.outcome.findings.filter(({ result }) => result !== 'skipped')).toHaveLength(1);
  });
});
