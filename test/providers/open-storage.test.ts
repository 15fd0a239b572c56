import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { AssumeRole } from '../../functions/core/connections/credential-ports.ts';
import { diagnose } from '../../functions/core/diagnosis/diagnosis.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';

const pair = { kind: 'access-key-pair', accessKey: 'a', secretKey: 's' } as const;
const accountKey = { kind: 'account-key', account: 'acme', key: 'YWJj' } as const;
const serviceAccount = {
  kind: 'service-account-key',
  clientEmail: 'a@b.iam.gserviceaccount.com',
  privateKey: 'x',
} as const;
const role = { kind: 'assumed-role', roleArn: 'arn:aws:iam::210987654321:role/x', externalId: 'org-1' } as const;
const target = (provider: 's3' | 'gcs' | 'azure') =>
  ({ provider, endpoint: 'https://storage.example.com', bucket: 'photos', prefix: '' }) as const;

test('a credential of the wrong kind is a fault of the caller’s code', async () => {
  const storage = storageFor({});
  const deadline = AbortSignal.timeout(1_000);
  await expect(storage.open(target('azure'), pair, deadline)).rejects.toThrow('access-key-pair');
  await expect(storage.open(target('s3'), accountKey, deadline)).rejects.toThrow('account-key');
  await expect(storage.open(target('gcs'), accountKey, deadline)).rejects.toThrow('account-key');
  await expect(storage.open(target('s3'), serviceAccount, deadline)).rejects.toThrow('service-account-key');
  await expect(storage.openAccount(target('azure'), pair, deadline)).rejects.toThrow('access-key-pair');
  // Where nobody can assume a role, and for storages that know none.
  await expect(storage.open(target('s3'), role, deadline)).rejects.toThrow('assumed-role');
  const assuming = storageFor({}, { assumeRole: async () => ({ ok: false, diagnosis: diagnose('role-malformed') }) });
  await expect(assuming.open(target('gcs'), role, deadline)).rejects.toThrow('assumed-role');
  expect(await assuming.open(target('s3'), role, deadline)).toMatchObject({ diagnosis: { code: 'role-malformed' } });
});

test('a role is guarded when it refuses whoever does not name the external id, and not before that is known', async () => {
  const asked: unknown[] = [];
  const answering = (answer: Awaited<ReturnType<AssumeRole>>) => {
    const assumeRole: AssumeRole = async (...request) => {
      asked.push(request);
      return answer;
    };
    return storageFor({}, { assumeRole }).exposure(role);
  };
  const refused = (code: 'role-not-assumable' | 'storage-busy') => answering({ ok: false, diagnosis: diagnose(code) });
  expect(await refused('role-not-assumable')).toBeUndefined();
  expect(await answering({ ok: true, value: pair })).toEqual(diagnose('role-open'));
  expect(await refused('storage-busy')).toEqual(diagnose('storage-busy'));
  expect(asked).toEqual(Array(3).fill([role, 'without external id']));
  for (const other of [pair, accountKey, serviceAccount]) expect(await storageFor({}).exposure(other)).toBeUndefined();
  await expect(storageFor({}).exposure(role)).rejects.toThrow('No role is assumed here.');
});

test('a configuration that cannot be read is said at the start', () => {
  expect(() => storageFor({ EGRESS_ALLOW: 'http://minio' })).toThrow('EGRESS_ALLOW: "http://minio"');
});

/** Which SDKs a fresh process has loaded after a piece of code ran. */
async function loadedBy(code: string): Promise<readonly string[]> {
  const registry = new URL('../../functions/providers/open-storage.ts', import.meta.url).href;
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ load(url, context, next) {
      const sdk = /node_modules\\/(@[^/]+\\/[^/]+)/.exec(url)?.[1];
      if (sdk) loaded.add(sdk);
      return next(url, context);
    } });
    const { storageFor } = await import(${JSON.stringify(registry)});
    const storage = storageFor({});
    ${code}
    console.log(JSON.stringify([...loaded]));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--input-type=module',
    '-e',
    script,
  ]);
  const loaded: unknown = JSON.parse(stdout);
  return Array.isArray(loaded) ? loaded.map(String) : [];
}

test('SDKs are loaded when a bucket is first opened, each only with its own', async () => {
  const opening = (provider: 's3' | 'azure') =>
    `await storage.open(${JSON.stringify(target(provider))}, ${JSON.stringify(provider === 's3' ? pair : accountKey)}, AbortSignal.timeout(1000));`;
  const [atStart, s3, azure] = await Promise.all([loadedBy(''), loadedBy(opening('s3')), loadedBy(opening('azure'))]);
  expect(atStart).toEqual([]);
  expect(s3).toContain('@aws-sdk/client-s3');
  expect(s3).not.toContain('@azure/storage-blob');
  expect(azure).toContain('@azure/storage-blob');
  expect(azure).not.toContain('@aws-sdk/client-s3');
});
