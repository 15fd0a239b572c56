import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobClient, type ContainerClient, RestError, SASProtocol } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type AzureBlobService,
  startAzureBlobService,
} from '../../../../../infra/local/storage/azure/azure-blob-service.ts';
import { startAzureFront } from '../../../../../infra/local/storage/azure/azure-proxy.ts';
import { newCertificate } from '../../../../../infra/local/storage/certificate.ts';
import { element, send } from '../s3/signed-request.ts';
import {
  ACCOUNT,
  CONTAINER,
  containerAt,
  HOUR,
  hostStyle,
  KEY,
  pipelineHere,
  sas,
  signedList,
  WRONG,
} from './azure-clients.ts';

// Azurite is a process, which a busy machine takes its time to start.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const PLANTED = 'planted <words> & more';

let dataDir: string;
let service: AzureBlobService;

const accounts = [
  { name: ACCOUNT, keys: [Buffer.alloc(64, 'older').toString('base64'), KEY] },
  { name: 'otheraccount', keys: [WRONG] },
] as const;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'azurite-'));
  service = await startAzureBlobService({ dataDir, accounts, errorMessage: PLANTED });
  const container = containerWith(KEY);
  await container.create();
  await container.getBlockBlobClient('a.txt').upload('hello', 5);
});
afterAll(async () => {
  await service.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const containerWith = (key: string, name?: string, account?: string, path?: string): ContainerClient =>
  containerAt(service.url, key, name, account, path);

function list(container: ContainerClient): Promise<unknown> {
  return container.listBlobsFlat().byPage({ maxPageSize: 10 }).next();
}

describe('with a shared key', () => {
  test('content of any name goes in and comes out, through either key', async () => {
    for (const key of accounts[0].keys) {
      const blob = containerWith(key).getBlockBlobClient('dir/größe +1 %41.bin');
      const content = Buffer.alloc(300_000, 'stream');
      await blob.uploadData(content, { blockSize: 100_000, maxSingleShotSize: 1000 });
      expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
      await blob.delete();
    }
  });

  test.each<[string, () => Promise<unknown>, number, string]>([
    ['a wrong key', () => list(containerWith(WRONG)), 403, 'AuthenticationFailed'],
    ['a wrong key and no such container', () => list(containerWith(WRONG, 'missing')), 403, 'AuthenticationFailed'],
    [
      'the key of another account',
      () => list(containerWith(WRONG, CONTAINER, 'otheraccount')),
      403,
      'AuthenticationFailed',
    ],
    [
      'an upload with a wrong key',
      () => containerWith(WRONG).getBlockBlobClient('b').upload('x', 1),
      403,
      'AuthenticationFailed',
    ],
    ['no such container', () => list(containerWith(KEY, 'missing')), 404, 'ContainerNotFound'],
    ['no such blob', () => containerWith(KEY).getBlobClient('missing').download(), 404, 'BlobNotFound'],
    ['a name no container has', () => list(containerWith(KEY, 'Upper_Case')), 400, 'InvalidResourceName'],
    ['no such account', () => list(containerWith(KEY, CONTAINER, 'nobody', 'nobody')), 404, 'ResourceNotFound'],
  ])('%s', async (_, attempt, statusCode, code) => {
    await expect(attempt()).rejects.toMatchObject({ statusCode, code, message: expect.stringContaining(PLANTED) });
  });

  test('an error says the same in header and body, and what was wrong with the signature', async () => {
    const answer = await signedList(service.port, new Date(), WRONG);
    expect(answer).toMatchObject({ status: 403, code: 'AuthenticationFailed' });
    expect(answer.headers['x-ms-error-code']).toBe('AuthenticationFailed');
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(element(answer.body, 'Message')).toMatch(
      /^Server failed to authenticate the request\..*\nRequestId:[0-9a-f-]{36}\nTime:\S+Z planted &lt;words&gt; &amp; more$/,
    );
    expect(answer.body).toContain(`RequestId:${answer.headers['x-ms-request-id']}`);
    expect(element(answer.body, 'AuthenticationErrorDetail')).toMatch(/MAC signature/);
    expect(answer.body).not.toContain(KEY);
  });

  test('a HEAD has the code in a header only', async () => {
    const refused = await containerWith(WRONG)
      .getBlobClient('a.txt')
      .getProperties()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (!(refused instanceof RestError)) throw new Error('It was not refused');
    expect(refused.statusCode).toBe(403);
    expect(refused.response?.headers.get('x-ms-error-code')).toBe('AuthenticationFailed');
    expect(refused.response?.bodyAsText ?? '').toBe('');
  });

  test('a request may be a quarter of an hour old, and no more', async () => {
    expect(await signedList(service.port, new Date())).toMatchObject({ status: 200 });
    expect(await signedList(service.port, new Date(Date.now() - 0.23 * HOUR))).toMatchObject({ status: 200 });
    const stale = await signedList(service.port, new Date(Date.now() - 0.27 * HOUR));
    expect(stale).toMatchObject({ status: 403, code: 'AuthenticationFailed' });
    expect(element(stale.body, 'AuthenticationErrorDetail')).toMatch(/^Request date header too old/);
    const dateless = await signedList(service.port, undefined);
    expect(dateless).toMatchObject({ status: 403, code: 'AuthenticationFailed' });
  });

  test('the requests are recorded without their queries', async () => {
    await list(containerWith(KEY));
    expect(service.requests.at(-1)).toEqual({
      method: 'GET',
      path: `/${ACCOUNT}/${CONTAINER}`,
      host: `127.0.0.1:${service.port}`,
      status: 200,
    });
  });
});

const blockId = encodeURIComponent(Buffer.from('block-0').toString('base64'));

describe('with a SAS', () => {
  const blob = (name: string): string => `${service.url}/${ACCOUNT}/${CONTAINER}/${name}`;

  test.each<[string, string, Record<string, string>]>([
    ['plainly', 'w', {}],
    ['with the type of a blob', 'w', { 'x-ms-blob-type': 'BlockBlob' }],
    ['with a content type', 'cw', { 'content-type': 'image/png' }],
  ])('a block can be put %s, and makes no blob', async (_, permissions, headers) => {
    const url = `${blob('block')}?${sas(permissions, { blobName: 'block' })}&comp=block&blockid=${blockId}`;
    const answer = await fetch(url, { method: 'PUT', body: 'some content', headers });
    expect(answer.status).toBe(201);
    expect(await containerWith(KEY).getBlobClient('block').exists()).toBe(false);
  });

  test('a blob cannot be put without its type', async () => {
    const url = `${blob('b')}?${sas('cw', { blobName: 'b' })}`;
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(400);
    const typed = await fetch(url, { method: 'PUT', body: 'x', headers: { 'x-ms-blob-type': 'BlockBlob' } });
    expect(typed.status).toBe(201);
  });

  test.each<[string, () => string, number, string | null]>([
    ['that holds', () => sas('r', { blobName: 'a.txt' }), 200, null],
    ['of the container', () => sas('r'), 200, null],
    ['signed with a wrong key', () => sas('r', { blobName: 'a.txt' }, WRONG), 403, 'AuthenticationFailed'],
    ['of another blob', () => sas('r', { blobName: 'b.txt' }), 403, 'AuthenticationFailed'],
    [
      'that is over',
      () => sas('r', { blobName: 'a.txt', expiresOn: new Date(Date.now() - 60_000) }),
      403,
      'AuthenticationFailed',
    ],
    [
      'not begun',
      () => sas('r', { blobName: 'a.txt', startsOn: new Date(Date.now() + HOUR / 2) }),
      403,
      'AuthenticationFailed',
    ],
    ['without the permission', () => sas('w', { blobName: 'a.txt' }), 403, 'AuthorizationPermissionMismatch'],
    [
      'for https only',
      () => sas('r', { blobName: 'a.txt', protocol: SASProtocol.Https }),
      403,
      'AuthorizationProtocolMismatch',
    ],
  ])('%s', async (_, query, status, code) => {
    const answer = await fetch(`${blob('a.txt')}?${query()}`);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([status, code]);
    const body = await answer.text();
    if (code === null) expect(body).toBe('hello');
    else expect(body).toContain(`<Code>${code}</Code>`);
  });

  test('of a container, used on the account, is out of its scope', async () => {
    const answer = await fetch(`${service.url}/${ACCOUNT}/?comp=list&${sas('rl')}`);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([403, 'AuthorizationFailure']);
    expect(await answer.text()).toContain('not authorized to perform this operation');
  });
});

describe('at the host name of an account', () => {
  test('the same containers are found, with the same errors', async () => {
    const named = hostStyle(service.port, KEY);
    const blob = named.getContainerClient(CONTAINER).getBlobClient('a.txt');
    expect(`${await blob.downloadToBuffer()}`).toBe('hello');
    await expect(list(named.getContainerClient('missing'))).rejects.toMatchObject({ code: 'ContainerNotFound' });
    await expect(list(hostStyle(service.port, WRONG).getContainerClient(CONTAINER))).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthenticationFailed',
    });
    expect(service.requests.at(-1)).toMatchObject({ host: `${ACCOUNT}.blob.core.windows.net:${service.port}` });
  });

  test('a SAS signed for that name holds', async () => {
    const raw = {
      method: 'GET',
      path: `/${CONTAINER}/a.txt?${sas('r', { blobName: 'a.txt' })}`,
      headers: { host: `${ACCOUNT}.blob.core.windows.net` },
    };
    expect(await send(service.port, raw)).toMatchObject({ status: 200, body: 'hello' });
    const onAccount = { ...raw, path: `/?comp=list&${sas('rl')}` };
    expect(await send(service.port, onAccount)).toMatchObject({ status: 403, code: 'AuthorizationFailure' });
    const wrong = { ...raw, path: `/${CONTAINER}/a.txt?${sas('r', { blobName: 'a.txt' }, WRONG)}` };
    expect(await send(service.port, wrong)).toMatchObject({ status: 403, code: 'AuthenticationFailed' });
  });
});

test('over TLS a SAS for https only holds', async () => {
  const ownDir = await mkdtemp(join(tmpdir(), 'azurite-'));
  const tls = newCertificate(['*.blob.core.windows.net']);
  const own = await startAzureBlobService({ dataDir: ownDir, accounts, tls });
  try {
    const container = hostStyle(own.port, KEY, tls.cert).getContainerClient(CONTAINER);
    await container.create();
    const blob = container.getBlockBlobClient('a.txt');
    await blob.upload('over TLS', 8);
    const url = `${blob.url}?${sas('r', { blobName: 'a.txt', protocol: SASProtocol.Https })}`;
    expect(`${await new BlobClient(url, pipelineHere(undefined, tls.cert)).downloadToBuffer()}`).toBe('over TLS');
  } finally {
    await own.stop();
    await rm(ownDir, { recursive: true, force: true });
  }
});

test('a front without an Azurite behind it says that the server is busy', async () => {
  // Nothing listens on the port of tcpmux.
  const front = await startAzureFront({ azuritePort: 1 });
  const answer = await send(front.port, { method: 'GET', path: '/account/container', headers: {} });
  expect(answer).toMatchObject({ status: 503, code: 'ServerBusy' });
  await front.stop();
});
