import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { datasetFolders } from '../../../../functions/core/datasets/find-dataset.ts';
import { parseServiceAccount } from '../../../../functions/core/storage/parse-service-account.ts';
import { changeDemo } from '../../../../infra/local/demo/break-and-mend.ts';
import { datasetFiles, demoFiles } from '../../../../infra/local/demo/demo-content.ts';
import { demoRoles, keyFileOf, newDemoKeys } from '../../../../infra/local/demo/demo-keys.ts';
import { type DemoStorage, startDemoStorage } from '../../../../infra/local/demo/demo-storage.ts';
import { withDemo } from '../../../../infra/local/demo/demo-target.ts';
import type { ManagementCall } from '../../../../infra/local/storage/s3/store/model.ts';

// Azurite is a process, which a busy machine takes its time to start.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const keys = newDemoKeys();
const calls: string[] = [];
const onManagement = ({ eventName }: ManagementCall) => calls.push(eventName);
let dataDir: string;
let demo: DemoStorage;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-storage-'));
  demo = await startDemoStorage({ dataDir, keys, onManagement });
});
afterAll(async () => {
  await demo.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function bucket(): S3Client {
  const { accessKey: accessKeyId, secretKey: secretAccessKey } = keys.s3;
  const { endpoint, region } = demo.s3;
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
}

function container(): ContainerClient {
  const credential = new StorageSharedKeyCredential(keys.azure.account, keys.azure.key);
  return new BlobServiceClient(demo.azure.endpoint, credential).getContainerClient(demo.azure.container);
}

const placesIn = (keys: readonly string[]) =>
  datasetFolders.filter((place) => keys.some((key) => key.startsWith(`cval/${place}/`)));

async function bucketKeys(Bucket = demo.s3.bucket): Promise<readonly string[]> {
  const listed = await bucket().send(new ListObjectsV2Command({ Bucket }));
  return (listed.Contents ?? []).map(({ Key = '' }) => Key);
}

async function containerKeys(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of container().listBlobsFlat()) names.push(name);
  return names;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return address.port;
}

/** A port that nobody has now, and that the system gives to nobody who asks for any: those begin higher. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

test('both hold the same files; a second start has the ports that are free and keeps what was added and removed', async () => {
  const expected = Object.keys(demoFiles()).toSorted();
  expect(await bucketKeys()).toEqual(expected);
  expect(await containerKeys()).toEqual(expected);
  expect(expected).toContain('info.labels');
  expect(placesIn(expected)).toEqual(datasetFolders.filter((place) => !place.endsWith('/val')));
  const whole = await bucketKeys(demo.s3.dataset);
  expect(whole).toEqual(Object.keys(datasetFiles()).toSorted());
  expect(placesIn(whole)).toEqual(datasetFolders);
  for (const [key, content] of Object.entries(demoFiles())) {
    const got = await bucket().send(new GetObjectCommand({ Bucket: demo.s3.bucket, Key: key }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.from(content))).toBe(true);
    expect((await container().getBlobClient(key).downloadToBuffer()).equals(Buffer.from(content))).toBe(true);
  }

  await bucket().send(new PutObjectCommand({ Bucket: demo.s3.bucket, Key: 'mine.txt', Body: 'mine' }));
  await bucket().send(new DeleteObjectCommand({ Bucket: demo.s3.bucket, Key: 'readme.txt' }));
  await container().getBlockBlobClient('mine.txt').upload('mine', 4);
  await container().getBlobClient('readme.txt').delete();
  await demo.stop();
  const [wanted, taken] = [await freePort(), createServer()];
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const takenPort = portOf(taken);

  demo = await startDemoStorage({ dataDir, keys, ports: { s3: wanted, azure: takenPort }, onManagement });
  taken.close();
  expect(demo.s3.endpoint).toBe(`http://127.0.0.1:${wanted}`);
  expect(demo.azure.port).not.toBe(takenPort);
  for (const names of [await bucketKeys(), await containerKeys()]) {
    expect(names).toContain('mine.txt');
    expect(names).not.toContain('readme.txt');
  }
});

describe('npm run demo', () => {
  const script = fileURLToPath(new URL('../../../../infra/local/demo/cli.ts', import.meta.url));

  async function typed(...words: readonly string[]) {
    const { s3, azure } = demo;
    const { account: accessKey, key: secretKey } = keys.azure;
    const places = { s3: { ...s3, ...keys.s3 }, azure: { ...azure, bucket: azure.container, accessKey, secretKey } };
    await writeFile(join(dataDir, 'service.json'), JSON.stringify({ demo: places }));
    return changeDemo(words, join(dataDir, 'service.json'));
  }

  test('breaks the bucket for everybody, and mends it', async () => {
    calls.length = 0;
    expect(await typed('break')).toEqual({ outcome: 'done', sentence: expect.stringContaining('lets nobody list it') });
    await expect(bucketKeys()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await bucketKeys(demo.s3.dataset)).not.toEqual([]);
    expect(await typed('mend')).toMatchObject({ outcome: 'done' });
    expect(await bucketKeys()).toContain('info.labels');
    expect(calls).toEqual(['PutBucketPolicy', 'DeleteBucketPolicy']);
  });

  test('breaks the container, and makes it anew', async () => {
    expect(await typed('break', 'azure')).toMatchObject({ outcome: 'done' });
    await expect(containerKeys()).rejects.toMatchObject({ code: 'ContainerNotFound' });
    expect(await typed('mend', 'azure')).toMatchObject({ outcome: 'done' });
    expect(await containerKeys()).toEqual(Object.keys(demoFiles()).toSorted());
  });

  test('says how it is used, that nothing runs, and that it was not taken', async () => {
    expect(await typed('repair')).toMatchObject({ outcome: 'not understood' });
    expect(await changeDemo(['break'], join(dataDir, 'none.json'))).toMatchObject({ outcome: 'failed' });
    demo.s3.setKeyActive(keys.s3.accessKey, false);
    const refused = await typed('break');
    demo.s3.setKeyActive(keys.s3.accessKey, true);
    expect(refused).toEqual({ outcome: 'failed', sentence: expect.stringContaining('InvalidAccessKeyId') });
  });

  test('is found by the directory, and ends by how it went', async () => {
    await typed('mend');
    const run = spawn(process.execPath, [script, 'break'], { env: { LOCAL_DIR: dataDir }, stdio: 'pipe' });
    let said = '';
    run.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    expect(await once(run, 'close')).toEqual([0, null]);
    expect(said).toContain('npm run demo -- mend');
    await expect(bucketKeys()).rejects.toMatchObject({ name: 'AccessDenied' });
    await typed('mend');
  });
});

test("events of the customer's account are taken where the template asks whose are", () => {
  const whole = { ...demo, keys, roles: demoRoles };
  expect(withDemo({}, whole, new Set())).not.toHaveProperty('EventAccounts');
  const given = { EventAccounts: '444455556666' };
  expect(withDemo(given, whole, new Set(['EventAccounts']))).toMatchObject({
    EventAccounts: '444455556666,111122223333',
  });
});

test('a browser of any origin may put into both', async () => {
  const asked = { origin: 'https://app.test', 'access-control-request-method': 'PUT' };
  for (const url of [`${demo.s3.endpoint}/${demo.s3.bucket}/x`, `${demo.azure.endpoint}/${demo.azure.container}/x`]) {
    const answer = await fetch(url, { method: 'OPTIONS', headers: asked });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
      200,
      expect.stringMatching(/./),
    ]);
  }
});

test('new keys are new, and of the form of real ones', () => {
  const other = newDemoKeys();
  expect(other.s3).not.toEqual(keys.s3);
  expect(other.azure.key).not.toBe(keys.azure.key);
  expect(other.s3.accessKey).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(other.s3.secretKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(Buffer.from(other.azure.key, 'base64')).toHaveLength(64);
  expect(other.gcs.privateKey).not.toBe(keys.gcs.privateKey);
  expect(other.gcs.hmac.accessKey).toMatch(/^GOOG1E[A-Z2-7]{55}$/);
  expect(other.gcs.hmac.secretKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(parseServiceAccount(keyFileOf(other.gcs))).toMatchObject({ clientEmail: other.gcs.clientEmail });
});
