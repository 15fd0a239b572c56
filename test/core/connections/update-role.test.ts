import { expect, test } from 'vitest';
import { addConnection } from '../../../functions/core/connections/add-connection.ts';
import { type ConnectionChanges, updateConnection } from '../../../functions/core/connections/update-connection.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { memoryService } from '../../memory/service.ts';

const organizationId = 7;
const role = {
  kind: 'assumed-role',
  roleArn: 'arn:aws:iam::123456789012:role/storage',
  externalId: '5a2c7c1e-0000-4000-8000-000000000001',
} as const;

async function saved() {
  const { ports, context, credentials } = memoryService();
  const added = await addConnection(
    {
      ...{ organizationId, revealable: true, ask: 'later', name: { text: 'c', unique: true } },
      target: {
        ...{ provider: 's3', vendor: 'amazon', endpoint: 'https://s3.amazonaws.com', prefix: '' },
        proxy: 'http://proxy.example.com',
      },
      credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word', proxyUser: 'me:word' },
    },
    ports,
    context(),
  );
  if (added.result !== 'added') throw new Error(added.result);
  const { uid } = added.connection;
  return {
    update: (changes: ConnectionChanges) =>
      updateConnection(organizationId, { uid }, changes, 'later', ports, context()),
    credentialOf: ({ credential }: Connection) => credentials.read(uid, credential.version),
  };
}

test('a role takes the place of a key and its secret, and gives it back', async () => {
  const { update, credentialOf } = await saved();
  const toRole = await update({ role });
  if (toRole.result !== 'updated') throw new Error(toRole.result);
  expect(toRole.connection.credential).toMatchObject({ kind: 'assumed-role', accessKey: role.roleArn });
  // The proxy stays, and so does who goes through it.
  expect(await credentialOf(toRole.connection)).toEqual({ ...role, proxyUser: 'me:word' });
  expect(await update({ accessKey: 'name' })).toEqual({ result: 'secret-required' });
  const back = await update({ accessKey: 'name', secretKey: 'word' });
  if (back.result !== 'updated') throw new Error(back.result);
  expect(await credentialOf(back.connection)).toMatchObject({ kind: 'access-key-pair', accessKey: 'name' });
});

test('a storage that is no S3 has no vendor of one', async () => {
  const { update } = await saved();
  const changed = await update({ provider: 'azure', accessKey: 'acct', secretKey: 'a2V5' });
  if (changed.result !== 'updated') throw new Error(changed.result);
  expect(changed.connection.target).not.toHaveProperty('vendor');
});
