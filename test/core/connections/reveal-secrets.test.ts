import { expect, test } from 'vitest';
import { revealSecrets } from '../../../functions/core/connections/reveal-secrets.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';

const connection = (uid: string, of: Partial<Connection> = {}): Connection => ({
  ...{ uid, id: 1, organizationId: 7, name: uid, revealable: true, synchronize: false },
  target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
  credential: { kind: 'access-key-pair', accessKey: 'name', version: `version of ${uid}` },
  verification: { status: 'unverified', since: 0 },
  ...{ createdAt: 0, updatedAt: 0, version: 1, ...of },
});

/** The secrets of connections, as far as a caller who may see them or not gets them; and what was asked for it. */
async function revealed(connections: readonly Connection[], may = true) {
  const asked: (readonly string[])[] = [];
  let [reading, most] = [0, 0];
  const secrets = await revealSecrets(
    connections,
    async (shown) => {
      asked.push(shown.map(({ uid }) => uid));
      return may;
    },
    {
      'credentials.read': async (uid, version): Promise<Credential | undefined> => {
        most = Math.max(most, ++reading);
        await Promise.resolve();
        reading--;
        if (uid === 'gone') return undefined;
        return { kind: 'access-key-pair', accessKey: 'name', secretKey: `${version}'s secret` };
      },
    },
  );
  return { secrets, asked, most };
}

test('those that may be shown are asked for once and read in the version that counts', async () => {
  const { secrets, asked } = await revealed([connection('a'), connection('b', { revealable: false }), connection('c')]);
  expect([...secrets]).toEqual([
    ['a', "version of a's secret"],
    ['c', "version of c's secret"],
  ]);
  expect(asked).toEqual([['a', 'c']]);
});

test('nothing is read for a caller who may not see it', async () => {
  const { secrets, most } = await revealed([connection('a')], false);
  expect([secrets.size, most]).toEqual([0, 0]);
});

test('nobody is asked where there is nothing to show', async () => {
  const role = { kind: 'assumed-role', accessKey: 'arn', version: '' } as const;
  const { asked } = await revealed([connection('a', { revealable: false }), connection('b', { credential: role })]);
  expect(asked).toEqual([]);
});

test('a secret that is gone is left out', async () => {
  const { secrets } = await revealed([connection('gone'), connection('a')]);
  expect([...secrets.keys()]).toEqual(['a']);
});

test('many are read in batches', async () => {
  const { secrets, most } = await revealed(Array.from({ length: 45 }, (_, index) => connection(`c${index}`)));
  expect([secrets.size, most]).toEqual([45, 20]);
});
