import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { diskObjects } from '../../../../../infra/local/storage/s3/store/disk.ts';
import type { S3Bucket } from '../../../../../infra/local/storage/s3/store/model.ts';
import { element, KEY, pathOf, type RawAnswer, send, signed, type ToSign } from './signed-request.ts';

// Polls with deadlines of their own.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const HOST = 'storage.test';
const ODD_KEYS = [
  '../../outside',
  '..',
  '.',
  '/',
  '/etc/passwd',
  'a/../b',
  'a\u0000b',
  'CON',
  'x'.repeat(1024),
  '🙂 %2F',
];

let parent: string;
let dataDir: string;
let running: S3StandIn | undefined;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 's3-stand-in-'));
  dataDir = join(parent, 'data');
});
afterEach(async () => {
  await running?.stop();
  await rm(parent, { recursive: true, force: true });
});

async function start(bucket: Partial<S3Bucket> = {}): Promise<S3StandIn> {
  await running?.stop();
  running = await startS3StandIn({
    dataDir,
    keys: [{ ...KEY, rights: [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] }],
    buckets: [{ name: 'first', region: 'us-east-1', owner: KEY.accessKey, ...bucket }],
  });
  return running;
}

async function ask(toSign: ToSign): Promise<RawAnswer> {
  return send(running?.port ?? 0, await signed(HOST, toSign));
}

async function keys(): Promise<readonly string[]> {
  const { body } = await ask({ path: '/first', query: { 'list-type': '2', 'encoding-type': 'url' } });
  return [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => decodeURIComponent(key.replaceAll('+', ' ')));
}

describe('on disk', () => {
  test('objects survive a restart as they were, whatever their keys', async () => {
    await start();
    for (const key of ODD_KEYS) {
      const put = { method: 'PUT', path: pathOf('first', key), body: `content of ${key}` };
      expect(await ask({ ...put, headers: { 'x-amz-meta-kept': 'yes', 'content-type': 'text/x-odd' } })).toMatchObject({
        status: 200,
      });
    }
    const before = await ask({ path: '/first', query: { 'encoding-type': 'url' } });
    await start();
    const after = await ask({ path: '/first', query: { 'encoding-type': 'url' } });
    expect(after.body).toBe(before.body);
    expect((await keys()).toSorted()).toEqual(ODD_KEYS.toSorted());
    for (const key of ODD_KEYS) {
      expect(await ask({ path: pathOf('first', key) })).toMatchObject({
        status: 200,
        body: `content of ${key}`,
        headers: { 'x-amz-meta-kept': 'yes', 'content-type': 'text/x-odd' },
      });
    }
  });

  test('no key names a path', async () => {
    await start();
    for (const key of ODD_KEYS) await ask({ method: 'PUT', path: pathOf('first', key), body: 'x' });
    expect(await readdir(parent)).toEqual(['data']);
    const files = await readdir(dataDir, { recursive: true });
    for (const file of files)
      expect(file).toMatch(/^[0-9a-f]{64}(?:\/complete|\/objects(?:\/[0-9a-f]{64}\.object)?)?$/);
    expect(files.filter((file) => file.endsWith('.object'))).toHaveLength(ODD_KEYS.length);
  });

  test('first objects come once: what was added stays, what was removed stays away', async () => {
    const objects = { 'seed/a.csv': 'a,b\n', 'seed/b.json': '{}' };
    await start({ objects });
    expect(await keys()).toEqual(['seed/a.csv', 'seed/b.json']);
    await ask({ method: 'DELETE', path: '/first/seed/a.csv' });
    await ask({ method: 'PUT', path: '/first/seed/b.json', body: '[]' });
    await ask({ method: 'PUT', path: '/first/mine', body: 'mine' });
    const created = element((await ask({ path: '/' })).body, 'CreationDate');
    await start({ objects: { ...objects, 'seed/c.txt': 'later' } });
    expect(await keys()).toEqual(['mine', 'seed/b.json']);
    expect(await ask({ path: '/first/seed/b.json' })).toMatchObject({ body: '[]' });
    expect(element((await ask({ path: '/' })).body, 'CreationDate')).toBe(created);
  });

  test('a start that was interrupted is made good, over what is already there', async () => {
    const objects = { 'seed/a.csv': 'a,b\n', 'seed/b.json': '{}' };
    await start({ objects: { 'seed/a.csv': 'a,b\n' } });
    await ask({ method: 'PUT', path: '/first/seed/a.csv', body: 'changed' });
    const [bucket = ''] = await readdir(dataDir);
    await rm(join(dataDir, bucket, 'complete'));
    await writeFile(join(dataDir, bucket, 'objects', 'half.writing'), 'half');
    await writeFile(join(dataDir, bucket, 'objects', 'broken.object'), 'no head');
    await start({ objects });
    expect(await keys()).toEqual(['seed/a.csv', 'seed/b.json']);
    expect(await ask({ path: '/first/seed/a.csv' })).toMatchObject({ body: 'changed' });
    expect(await readdir(join(dataDir, bucket, 'objects'))).not.toContain('half.writing');
  });

  test('changes of one key happen in their order, and the index knows the last', async () => {
    const store = await diskObjects(dataDir);
    const put = (size: number) => store.put('contended', Buffer.alloc(size, `${size}`), {});
    // The large one takes longer to write than the small one, and than a removal.
    await Promise.all([put(5_000_000), put(5)]);
    const opened = await store.open('contended');
    expect(opened?.head).toEqual(store.head('contended'));
    expect(`${await opened?.read(0, 10).toArray()}`).toBe('55555');
    await Promise.all([put(5_000_000), store.remove('contended')]);
    expect(store.head('contended')).toBeUndefined();
    expect(await store.open('contended')).toBeUndefined();
  });

  test('holds no secret', async () => {
    await start();
    await ask({ method: 'PUT', path: '/first/x', body: 'x' });
    for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name), 'utf8');
      expect(content).not.toContain(KEY.secretKey);
      expect(content).not.toContain(KEY.accessKey);
    }
  });
});

test('uploads beyond the memory they share are told to come back', async () => {
  const { port } = await start();
  const raw = await signed(HOST, {
    method: 'PUT',
    path: '/first/large',
    headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const open = Array.from({ length: 4 }, () => {
    const headers = { ...raw.headers, 'content-length': `${16 * 1024 * 1024}` };
    const upload = httpRequest({ host: '127.0.0.1', port, method: 'PUT', path: raw.path, headers });
    upload.on('error', () => undefined);
    upload.flushHeaders();
    return upload;
  });
  const small = { method: 'PUT', path: '/first/small', body: 'x' };
  await vi.waitFor(async () => expect(await ask(small)).toMatchObject({ status: 503, code: 'SlowDown' }), 5000);
  for (const upload of open) upload.destroy();
  await vi.waitFor(async () => expect(await ask(small)).toMatchObject({ status: 200 }), 5000);
});

test('a bucket that S3 would not allow is not served', async () => {
  await expect(start({ name: 'Not Allowed' })).rejects.toThrow('cannot be the name of a bucket');
});

test('a port that is taken is an error, or replaced when it was only preferred', async () => {
  const { port } = await start();
  const options = { keys: [], buckets: [] };
  await expect(startS3StandIn({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const other = await startS3StandIn({ ...options, port: { preferred: port } });
  expect(other.port).not.toBe(port);
  await other.stop();
});
