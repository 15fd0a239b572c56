import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient, newPipeline, StorageSharedKeyCredential } from '@azure/storage-blob';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AccountKey } from '../../../functions/core/storage/credential.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { type Azurite, startAzurite } from '../../../infra/local/storage/azure/azurite.ts';
import { canary } from '../../conformance/storage/harness.ts';
import { answering, answeringInTurn, type CannedAnswer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { codeAndField } from '../code-and-field.ts';

const credential: AccountKey = { kind: 'account-key', account: 'acme', key: Buffer.alloc(64, 7).toString('base64') };
const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1' });
const at = (port: number, bucket = 'photos') =>
  storage.open(
    { provider: 'azure', endpoint: `http://127.0.0.1:${port}/acme`, bucket, prefix: '' },
    credential,
    AbortSignal.timeout(5_000),
  );
const accountAt = (port: number) =>
  storage.openAccount(
    { provider: 'azure', endpoint: `http://127.0.0.1:${port}/acme` },
    credential,
    AbortSignal.timeout(5_000),
  );

/** Azurite as it is without being told to skip the check of versions; it is older than the SDK. */
describe('an emulator that is older than the SDK', () => {
  let azurite: Azurite;

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'azure-versions-'));
    azurite = await startAzurite({
      dataDir,
      accounts: [{ name: credential.account, keys: [credential.key] }],
      checksApiVersion: true,
    });
    await fill(azurite.port);
    return async () => {
      await azurite.stop();
      await rm(dataDir, { recursive: true });
    };
  });

  test('is listed, page by page and as an account', async () => {
    const opened = await at(azurite.port);
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    expect(await opened.value.list()).toMatchObject({ ok: true, value: { objects: [{ key: 'a b/ü.txt', size: 5 }] } });
    const account = await accountAt(azurite.port);
    expect(account.ok && (await account.value.listBuckets())).toEqual({ ok: true, value: [{ name: 'photos' }] });
  });

  test('takes a plain PUT at a signed URL, whether it was listed before or not', async () => {
    const opened = await at(azurite.port);
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    const put = async () => (await fetch(await opened.value.signPut('x', 60), { method: 'PUT', body: 'hello' })).status;
    expect(await put()).toBe(201);
    await opened.value.list();
    expect(await put()).toBe(201);
    // Azurite takes any version here; Azure Stack Hub does not.
    expect(await opened.value.signPut('x', 60)).toContain('sv=2017-11-09&');
  });

  test('is told of its other refusals', async () => {
    const opened = await at(azurite.port, 'no-such-container');
    expect(codeAndField(opened.ok ? await opened.value.list() : opened)[0]).toBe('bucket-not-found');
  });
});

const refusing = (body: string): CannedAnswer => ({
  status: 400,
  headers: { 'content-type': 'application/xml', 'x-ms-error-code': 'InvalidHeaderValue' },
  body: `<?xml version="1.0"?><Error><Code>InvalidHeaderValue</Code><Message>${canary}</Message>${body}</Error>`,
});
const ofVersion = refusing('<HeaderName>x-ms-version</HeaderName><HeaderValue>2026-01-01</HeaderValue>');
const listing: CannedAnswer = {
  status: 200,
  headers: { 'content-type': 'application/xml' },
  body: '<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/" ContainerName="photos"><Blobs/><NextMarker/></EnumerationResults>',
};
const versionIn = (head: string) => /x-ms-version: (\S+)/i.exec(head)?.[1];
const outcomeAt = async (port: number) => {
  const opened = await at(port);
  return codeAndField(opened.ok ? await opened.value.list() : opened);
};

describe('a service that refuses the version of the API', () => {
  test('is asked once more in an older one, and in that from then on', async () => {
    const server = await serverThat(answeringInTurn(ofVersion, listing));
    const opened = await at(server.port);
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    expect(codeAndField(await opened.value.list())).toEqual(['connected']);
    await opened.value.list('token');
    const [first, ...later] = server.requests.map(versionIn);
    expect(first).not.toBe('2017-11-09');
    expect(later).toEqual(['2017-11-09', '2017-11-09']);
  });

  test('and the older one too is too old', async () => {
    const server = await serverThat(answering(ofVersion));
    expect(await outcomeAt(server.port)).toEqual(['api-version-unsupported', 'endpoint']);
    expect(server.requests).toHaveLength(2);
    const account = await accountAt(server.port);
    expect(codeAndField(account.ok ? await account.value.listBuckets() : account)[0]).toBe('api-version-unsupported');
    expect(server.requests).toHaveLength(4);
  });

  test('is not one that refuses another header', async () => {
    const server = await serverThat(answering(refusing('<HeaderName>x-ms-date</HeaderName>')));
    expect(await outcomeAt(server.port)).toEqual(['request-refused', undefined]);
    expect(server.requests).toHaveLength(1);
  });
});

/** Puts one blob there, with a client that asks in a version of Azurite's time. */
async function fill(port: number): Promise<void> {
  const pipeline = newPipeline(new StorageSharedKeyCredential(credential.account, credential.key));
  pipeline.factories.unshift({
    create: (next) => ({
      sendRequest(request) {
        request.headers.set('x-ms-version', '2021-12-02');
        return next.sendRequest(request);
      },
    }),
  });
  const owner = new BlobServiceClient(`http://127.0.0.1:${port}/${credential.account}`, pipeline);
  const { containerClient } = await owner.createContainer('photos');
  await containerClient.getBlockBlobClient('a b/ü.txt').upload('hello', 5);
}
