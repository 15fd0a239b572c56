import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountKey } from '../../../functions/core/storage/credential.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { type AzureBlobService, startAzureBlobService } from '../../../infra/local/storage/azure/azure-blob-service.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';

const account = 'conformance';
const container = 'pictures';
const credential: AccountKey = { kind: 'account-key', account, key: Buffer.alloc(64, 'k').toString('base64') };
const host = `${account}.blob.core.windows.net`;

describe('Azure Blob by its own hosts', () => {
  const identity = newCertificate(['*.blob.core.windows.net']);
  let service: AzureBlobService;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'azure-own-hosts-'));
    service = await startAzureBlobService({
      dataDir,
      accounts: [{ name: account, keys: [credential.key] }],
      tls: identity,
    });
  }, 30_000);
  afterAll(async () => {
    await service?.stop();
    await rm(dataDir, { recursive: true });
  });

  const open = async (endpoint: string) => {
    const environment = {
      CONNECT_TO: `*.blob.core.windows.net:443:127.0.0.1:${service.port}`,
      EGRESS_ALLOW: `127.0.0.1:${service.port}`,
    };
    const storage = storageFor(environment, { ca: [identity.cert] });
    const target = { provider: 'azure', endpoint, bucket: container, prefix: '' } as const;
    const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    return opened.value;
  };
  const send = (url: string, headers: Readonly<Record<string, string>>, body: string) =>
    new Promise<number>((resolve, reject) => {
      const { pathname, search } = new URL(url);
      const place = { host: '127.0.0.1', port: service.port, servername: host, ca: identity.cert };
      const sent = {
        method: 'PUT',
        path: pathname + search,
        headers: { host, 'content-length': body.length, ...headers },
      };
      request({ ...place, ...sent }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
        .on('error', reject)
        .end(body);
    });

  test('a container that is not there, then one that is, with a plain PUT that is for https only', async () => {
    const bucket = await open(`https://${host}`);
    expect(bucket.reformattedEndpoint).toBe(`https://${host}`);
    expect(await bucket.list()).toMatchObject({ ok: false, diagnosis: { code: 'bucket-not-found' } });
    await createContainer();
    expect(await bucket.list()).toEqual({ ok: true, value: { objects: [] } });
    const url = await bucket.signPut('check.txt', 60);
    expect(new URL(url).searchParams.get('spr')).toBe('https');
    expect(await send(url, {}, 'hello')).toBe(201);
    // The block was not committed, so that no blob is there.
    expect(await bucket.list()).toEqual({ ok: true, value: { objects: [] } });
    expect(await send(url.replace(/&comp=block&blockid=.*/, ''), { 'x-ms-blob-type': 'BlockBlob' }, 'hello')).toBe(201);
    expect(await bucket.list()).toEqual({
      ok: true,
      value: { objects: [{ key: 'check.txt', size: 5, modifiedAt: expect.any(Number) }] },
    });
  });

  test.each([
    'https://blob.core.windows.net',
    'https://core.windows.net',
    `https://${account}.dfs.core.windows.net`,
    `https://${account}.privatelink.blob.core.windows.net`,
    `https://${host}/${container}`,
  ])('%s is reformatted', async (endpoint) => {
    const bucket = await open(endpoint);
    expect(bucket.reformattedEndpoint).toBe(`https://${host}`);
    expect(await bucket.list()).toMatchObject({ ok: true });
  });

  async function createContainer(): Promise<void> {
    const query = generateAccountSASQueryParameters(
      {
        expiresOn: new Date(Date.now() + 60_000),
        permissions: AccountSASPermissions.parse('c'),
        resourceTypes: AccountSASResourceTypes.parse('c').toString(),
        services: AccountSASServices.parse('b').toString(),
      },
      new StorageSharedKeyCredential(account, credential.key),
    );
    expect(await send(`https://${host}/${container}?restype=container&${query}`, {}, '')).toBe(201);
  }
});
