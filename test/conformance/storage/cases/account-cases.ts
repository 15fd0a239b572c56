import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../../functions/core/diagnosis/catalogue.ts';
import type { Credential } from '../../../../functions/core/storage/credential.ts';
import type { ListedBucket, StorageAnswer } from '../../../../functions/core/storage/storage.ts';
import { buckets, canary, type Lead } from '../harness.ts';
import { answering, breakingOff, type CannedAnswer, endless, hanging } from '../hostile.ts';
import type { Scene } from '../scene.ts';

const html = `<html><head><title>${canary}</title></head><body><p>${canary}</body></html>`;

/** What can be answered where an account's buckets are listed. */
export function accountCases({ harness, stage, leadTo }: Scene): void {
  const { credentials, says, rights } = harness;

  const listed = async (
    { storage, target }: Lead,
    credential: Credential = credentials.good,
    deadline = 5_000,
  ): Promise<StorageAnswer<readonly ListedBucket[]>> => {
    const { bucket: _, prefix: __, ...account } = target;
    const opened = await storage.openAccount(account, credential, AbortSignal.timeout(deadline));
    const answer = opened.ok ? await opened.value.listBuckets() : opened;
    expect(JSON.stringify(answer)).not.toContain(canary);
    return answer;
  };
  const expectDiagnosis = async (code: DiagnosisCode, ...of: Parameters<typeof listed>) => {
    const answer = await listed(...of);
    expect(answer.ok ? 'connected' : answer.diagnosis.code).toBe(code);
  };

  describe('an account', () => {
    test('lists its buckets with one call', async () => {
      const before = stage().calls();
      const answer = await listed(stage().at(buckets.good.name));
      expect(stage().calls() - before).toBe(1);
      const names = answer.ok ? answer.value.map(({ name }) => name) : [];
      expect(names).toEqual(expect.arrayContaining(Object.values(buckets).map(({ name }) => name)));
    });

    test('is refused for a secret that is not the key’s, and for a key nobody knows', async () => {
      await expectDiagnosis(says.wrongSecret, stage().at(buckets.good.name), credentials.wrongSecret);
      await expectDiagnosis(says.unknownKey, stage().at(buckets.good.name), credentials.unknownKey);
    });

    if (rights) {
      test('is refused to a key that may not list it', () =>
        expectDiagnosis('bucket-list-denied', stage().at(buckets.good.name), rights.none));
    }

    test.each<[string, CannedAnswer]>([
      ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: html }],
      ['nothing', { status: 200 }],
      ['JSON', { status: 200, headers: { 'content-type': 'application/json' }, body: `{"error":"${canary}"}` }],
      ['a listing of objects', harness.listing],
      ['a page that is not there', { status: 404, headers: { 'content-type': 'text/html' }, body: html }],
    ])('is not taken for one: %s', async (_, answer) =>
      expectDiagnosis('not-a-storage-api', await leadTo(answering(answer))),
    );

    test('may fail as a bucket may', async () => {
      await expectDiagnosis('connection-timed-out', await leadTo(hanging), undefined, 100);
      await expectDiagnosis('connection-reset', await leadTo(breakingOff(harness.listOfBuckets)));
      await expectDiagnosis('answer-too-large', await leadTo(endless(...harness.endlessListing)));
      await expectDiagnosis('request-refused', await leadTo(answering(harness.unknownRefusal)));
    });
  });
}
