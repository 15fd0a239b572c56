import { describe, expect, test } from 'vitest';
import type {
  CreateCredential,
  DeleteCredential,
  ReadCredential,
  ReadCurrentCredential,
  RotateCredential,
} from '../../../functions/core/connections/credential-ports.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import { newUid } from '../../../functions/core/uid.ts';

export interface ConnectionCredentials {
  readonly create: CreateCredential;
  readonly rotate: RotateCredential;
  readonly read: ReadCredential;
  readonly current: ReadCurrentCredential;
  readonly remove: DeleteCredential;
  /** Puts a text there as the current version, as one who rotates secrets would. @returns the version */
  readonly replace: (uid: string, text: string) => Promise<string>;
}

const first: Credential = { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' };
const second: Credential = { kind: 'account-key', account: 'acct', key: 'a2V5' };
const kinds: readonly Credential[] = [
  first,
  second,
  { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word', sessionToken: 'token' },
  { kind: 'service-account-key', clientEmail: 'a@b.iam.gserviceaccount.com', privateKey: '-----BEGIN…\n' },
  { kind: 'assumed-role', roleArn: 'arn:aws:iam::1:role/x', externalId: 'id' },
];

/** What every implementation of the ports of saved credentials does. */
export function connectionCredentialsConformance(name: string, open: () => Promise<ConnectionCredentials>): void {
  const uid = () => newUid(Date.now(), Math.random);

  describe(`saved credentials: ${name}`, () => {
    test.each(kinds)('$kind is kept in the version it was given, until it is removed', async (credential) => {
      const { create, read, remove } = await open();
      const own = uid();
      const version = await create(own, credential);
      expect(await read(own, version)).toEqual(credential);
      expect(await read(own, crypto.randomUUID())).toBeUndefined();
      expect(await read(uid(), version)).toBeUndefined();
      await remove(own);
      expect(await read(own, version)).toBeUndefined();
      await remove(own);
    });

    test('versions are beside each other, whichever is current', async () => {
      const { create, rotate, read } = await open();
      const own = uid();
      const one = await create(own, first);
      const two = await rotate.add(own, second);
      const three = await rotate.add(own, first);
      expect(new Set([one, two, three]).size).toBe(3);
      await rotate.confirm(own, three ?? '');
      await rotate.confirm(own, three ?? '');
      await rotate.confirm(own, two ?? '');
      expect(await read(own, one)).toEqual(first);
      expect(await read(own, two ?? '')).toEqual(second);
      expect(await read(own, three ?? '')).toEqual(first);
    });

    test('the current version is what the vault calls so, whoever put it there and whatever it is', async () => {
      const { create, rotate, current, replace } = await open();
      const own = uid();
      const one = await create(own, first);
      expect(await current(own)).toEqual({ version: one, credential: first });
      const two = await rotate.add(own, second);
      expect(await current(own)).toEqual({ version: one, credential: first });
      await rotate.confirm(own, two ?? '');
      expect(await current(own)).toEqual({ version: two, credential: second });
      const three = await replace(own, JSON.stringify(first));
      expect(await current(own)).toEqual({ version: three, credential: first });
      for (const text of ['no JSON', '{}', JSON.stringify({ ...first, secretKey: 7 })]) {
        const version = await replace(own, text);
        expect(await current(own)).toEqual({ version, credential: 'unreadable' });
      }
    });

    test('nothing is added to, or confirmed of, a secret that is gone', async () => {
      const { create, rotate, read, current, remove } = await open();
      const own = uid();
      const version = await create(own, first);
      await remove(own);
      expect(await rotate.add(own, second)).toBeUndefined();
      await rotate.confirm(own, version);
      expect(await read(own, version)).toBeUndefined();
      expect(await current(own)).toBeUndefined();
      expect(await current(uid())).toBeUndefined();
    });
  });
}
