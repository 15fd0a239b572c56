import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type {
  CreateUnsavedCredential,
  DeleteUnsavedCredential,
  ReadUnsavedCredential,
} from '../../../functions/core/jobs/ports.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';

export interface UnsavedCredentials {
  readonly create: CreateUnsavedCredential;
  readonly read: ReadUnsavedCredential;
  readonly remove: DeleteUnsavedCredential;
}

const kinds: readonly Credential[] = [
  { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word/+="' },
  { kind: 'account-key', account: 'acct', key: 'a2V5' },
];

/** What every implementation of the unsaved-credential ports does. */
export function unsavedCredentialsConformance(name: string, open: () => Promise<UnsavedCredentials>): void {
  const newJob = () => ({ fingerprint: randomBytes(32).toString('hex'), generation: 1 });

  describe(`unsaved credentials: ${name}`, () => {
    test.each(kinds)('$kind is kept until it is removed', async (credential) => {
      const { create, read, remove } = await open();
      const job = newJob();
      expect(await read(job)).toBeUndefined();
      await create(job, credential);
      expect(await read(job)).toEqual(credential);
      await remove(job);
      expect(await read(job)).toBeUndefined();
    });

    test('keeping the same again, and removing what is not there, change nothing', async () => {
      const { create, read, remove } = await open();
      const job = newJob();
      const [credential = { kind: 'account-key', account: '', key: '' } as const] = kinds;
      await create(job, credential);
      await create(job, credential);
      expect(await read(job)).toEqual(credential);
      await remove(job);
      await remove(job);
      await remove(newJob());
    });

    test('generations of one fingerprint are apart', async () => {
      const { create, read, remove } = await open();
      const job = newJob();
      const next = { ...job, generation: 2 };
      await create(job, { kind: 'account-key', account: 'acct', key: 'b25l' });
      await create(next, { kind: 'account-key', account: 'acct', key: 'dHdv' });
      await remove(job);
      expect(await read(next)).toMatchObject({ key: 'dHdv' });
      await remove(next);
    });
  });
}
