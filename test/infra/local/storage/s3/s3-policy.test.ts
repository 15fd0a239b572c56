import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import type { ManagementCall, S3Key } from '../../../../../infra/local/storage/s3/store/model.ts';
import { KEY, send } from './signed-request.ts';

const Bucket = 'first';
const account = '111122223333';
const user = `arn:aws:iam::${account}:user/owner`;
const bucketArn = `arn:aws:s3:::${Bucket}`;
const rights: S3Key['rights'] = [{ bucket: Bucket, actions: ['list', 'get', 'put', 'delete'] }];
const other = { accessKey: 'AKIAOTHEROTHEROTHERO', secretKey: 'other' };
const bare = { accessKey: 'AKIABAREBAREBAREBARE', secretKey: 'bare' };

let dataDir: string;
let standIn: S3StandIn;
let told: ManagementCall[] = [];
const clients: S3Client[] = [];

const start = () =>
  startS3StandIn({
    dataDir,
    keys: [
      { ...KEY, rights, arns: [user] },
      { ...other, rights, arns: [`arn:aws:iam::${account}:role/other`] },
      { ...bare, rights: [], arns: [`arn:aws:iam::${account}:user/bare`] },
    ],
    buckets: [
      { name: Bucket, region: 'us-east-1', owner: KEY.accessKey, objects: { 'a/x': 'x', 'b/y': 'y' } },
      { name: 'unowned', region: 'us-east-1' },
    ],
    onManagement: (call) => told.push(call),
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 's3-policy-'));
  standIn = await start();
});
beforeEach(async () => {
  await as().send(new DeleteBucketPolicyCommand({ Bucket }));
  told = [];
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await standIn.stop();
  await rm(dataDir, { recursive: true, force: true });
});

function as(key: { readonly accessKey: string; readonly secretKey: string } = KEY): S3Client {
  const credentials = { accessKeyId: key.accessKey, secretAccessKey: key.secretKey };
  const { url: endpoint } = standIn;
  const made = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials });
  clients.push(made);
  return made;
}

const statement = { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource: bucketArn };
const policyOf = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const put = (Policy: string) => as().send(new PutBucketPolicyCommand({ Bucket, Policy }));

/** What each operation is answered: its status. */
async function tried(client: S3Client): Promise<Readonly<Record<string, number | undefined>>> {
  const status = async (sending: Promise<{ $metadata: { httpStatusCode?: number } }>) =>
    (await sending.catch((error: { $metadata: { httpStatusCode?: number } }) => error)).$metadata.httpStatusCode;
  return {
    list: await status(client.send(new ListObjectsV2Command({ Bucket }))),
    head: await status(client.send(new HeadBucketCommand({ Bucket }))),
    where: await status(client.send(new GetBucketLocationCommand({ Bucket }))),
    get: await status(client.send(new GetObjectCommand({ Bucket, Key: 'a/x' }))),
    put: await status(client.send(new PutObjectCommand({ Bucket, Key: 'a/new', Body: 'new' }))),
    delete: await status(client.send(new DeleteObjectCommand({ Bucket, Key: 'a/new' }))),
  };
}
const everything = { list: 200, head: 200, where: 200, get: 200, put: 200, delete: 204 };
const nothing = { list: 403, head: 403, where: 403, get: 403, put: 403, delete: 403 };

test('the owner puts a policy that keeps everybody from listing, over a restart, and deletes it', async () => {
  await expect(as().send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
    name: 'NoSuchBucketPolicy',
    $metadata: { httpStatusCode: 404 },
  });
  const policy = policyOf({ Sid: 'Broken', ...statement });
  expect((await put(policy)).$metadata.httpStatusCode).toBe(204);
  const denied = { ...everything, list: 403, head: 403 };
  expect(await tried(as())).toEqual(denied);
  expect(await tried(as(other))).toEqual(denied);
  await expect(as().send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({ name: 'AccessDenied' });
  // Who may not list does not learn that a key is missing.
  await expect(as().send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });

  await standIn.stop();
  standIn = await start();
  expect(await tried(as())).toEqual(denied);
  expect((await as().send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policy);
  expect((await as().send(new DeleteBucketPolicyCommand({ Bucket }))).$metadata.httpStatusCode).toBe(204);
  expect(await tried(as())).toEqual(everything);
  expect(told).toEqual([
    { eventName: 'PutBucketPolicy', bucket: Bucket },
    { eventName: 'DeleteBucketPolicy', bucket: Bucket },
  ]);
  await standIn.stop();
  standIn = await start();
  expect(await tried(as())).toEqual(everything);
});

test('no policy keeps the owner from the policy, and nobody else has it', async () => {
  await put(policyOf({ ...statement, Action: '*', Resource: '*' }, { ...statement, Effect: 'Allow', Action: 's3:*' }));
  expect(await tried(as())).toEqual(nothing);
  const [reading, writing] = [{ Bucket }, { Bucket, Policy: policyOf(statement) }];
  await expect(as(other).send(new GetBucketPolicyCommand(reading))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(as(other).send(new PutBucketPolicyCommand(writing))).rejects.toMatchObject({ name: 'AccessDenied' });
  const removal = new DeleteBucketPolicyCommand({ Bucket });
  await expect(as(other).send(removal)).rejects.toMatchObject({ name: 'AccessDenied' });
  const anonymous = { method: 'DELETE', path: `/${Bucket}?policy`, headers: { host: 'storage.test' } };
  expect(await send(standIn.port, anonymous)).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(told).toHaveLength(1);
  await as().send(new DeleteBucketPolicyCommand({ Bucket }));
  expect(await tried(as())).toEqual(everything);
  const unowned = new GetBucketPolicyCommand({ Bucket: 'unowned' });
  await expect(as().send(unowned)).rejects.toMatchObject({ name: 'NotImplemented' });
});

describe('a statement', () => {
  const objects = `${bucketArn}/*`;
  const all = { Action: 's3:*', Resource: [bucketArn, objects] };
  test.each<[string, readonly object[], typeof KEY, Readonly<Record<string, number>>]>([
    ['denies by user', [{ ...statement, ...all, Principal: { AWS: [user] } }], KEY, nothing],
    ['leaves others alone', [{ ...statement, ...all, Principal: { AWS: user } }], other, everything],
    ['denies by account', [{ ...statement, ...all, Principal: { AWS: account } }], other, nothing],
    ['denies by root', [{ ...statement, ...all, Principal: { AWS: `arn:aws:iam::${account}:root` } }], other, nothing],
    ['spares an account', [{ ...statement, ...all, Principal: { AWS: '444455556666' } }], other, everything],
    ['allows everybody', [{ ...statement, ...all, Effect: 'Allow' }], bare, everything],
    [
      'allows a user',
      [{ ...statement, ...all, Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:user/bare` } }],
      bare,
      everything,
    ],
    [
      'leaves it to an account',
      [{ ...statement, ...all, Effect: 'Allow', Principal: { AWS: account } }],
      bare,
      nothing,
    ],
    [
      'that denies beats one that allows',
      [
        { ...statement, ...all, Effect: 'Allow' },
        { ...statement, Action: 'S3:get*', Resource: `${bucketArn}/a/?` },
      ],
      bare,
      { ...everything, get: 403 },
    ],
    [
      'about other objects says nothing',
      [{ ...statement, Action: 's3:GetObject', Resource: `${bucketArn}/b/*` }],
      KEY,
      everything,
    ],
    ['about the location', [{ ...statement, Action: 's3:GetBucketL*' }], KEY, { ...everything, where: 403 }],
  ])('%s', async (_, statements, key, expected) => {
    await put(policyOf(...statements));
    expect(await tried(as(key))).toEqual(expected);
  });

  test('opens objects to anonymous readers, who may not dictate headers', async () => {
    await put(policyOf({ ...statement, Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucketArn}/a/*` }));
    const read = (path: string) =>
      send(standIn.port, { method: 'GET', path: `/${Bucket}/${path}`, headers: { host: 'storage.test' } });
    expect(await read('a/x')).toMatchObject({ status: 200, body: 'x' });
    expect(await read('b/y')).toMatchObject({ status: 403 });
    expect(await read('a/x?response-content-type=x')).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

test.each<[string, string]>([
  ['no JSON', 'policy'],
  ['nothing', '{}'],
  ['no statement', policyOf()],
  ['another version', JSON.stringify({ Version: '2020-01-01', Statement: statement })],
  ['an element of no policy', JSON.stringify({ Statement: statement, Extra: 1 })],
  ['a condition', policyOf({ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
  ['no principal', policyOf({ ...statement, Principal: undefined })],
  ['a principal of another kind', policyOf({ ...statement, Principal: { Service: 'x.amazonaws.com' } })],
  ['a principal that is none', policyOf({ ...statement, Principal: { AWS: 'somebody' } })],
  ['a principal by wildcard', policyOf({ ...statement, Principal: { AWS: `arn:aws:iam::${account}:user/*` } })],
  ['another effect', policyOf({ ...statement, Effect: 'Maybe' })],
  ['NotAction', policyOf({ ...statement, Action: undefined, NotAction: 's3:ListBucket' })],
  ['an action of no service', policyOf({ ...statement, Action: 's3:ListBuckets' })],
  ['an action on the wrong resource', policyOf({ ...statement, Action: 's3:GetObject' })],
  ['an action on objects only', policyOf({ ...statement, Resource: `${bucketArn}/*` })],
  ['another bucket', policyOf({ ...statement, Resource: 'arn:aws:s3:::second' })],
  ['a bucket whose name begins alike', policyOf({ ...statement, Resource: [bucketArn, `${bucketArn}2`] })],
  ['a variable', policyOf({ ...statement, Resource: `${bucketArn}/\${aws:username}/*`, Action: 's3:GetObject' })],
  ['too much', policyOf({ ...statement, Sid: 'x'.repeat(20_480) })],
])('%s is a malformed policy, and the one there was stays', async (_, malformed) => {
  const before = policyOf({ ...statement, Action: 's3:GetBucketLocation' });
  await put(before);
  await expect(put(malformed)).rejects.toMatchObject({ name: 'MalformedPolicy', $metadata: { httpStatusCode: 400 } });
  expect((await as().send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(before);
  expect(told).toHaveLength(1);
});

test('an inactive key is not known, until it is active again', async () => {
  standIn.setKeyActive(other.accessKey, false);
  await expect(as(other).send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
    name: 'InvalidAccessKeyId',
    $metadata: { httpStatusCode: 403 },
  });
  expect(await tried(as())).toEqual(everything);
  standIn.setKeyActive(other.accessKey, true);
  expect(await tried(as(other))).toEqual(everything);
  expect(told).toEqual([
    { eventName: 'UpdateAccessKey', accessKey: other.accessKey, status: 'Inactive' },
    { eventName: 'UpdateAccessKey', accessKey: other.accessKey, status: 'Active' },
  ]);
  expect(() => standIn.setKeyActive('AKIANOBODY', true)).toThrow('no such access key');
});

test('a start over a policy that is damaged fails, rather than open the bucket', async () => {
  await put(policyOf(statement));
  await standIn.stop();
  const file = (await readdir(dataDir, { recursive: true })).find((path) => path.endsWith('policy.json')) ?? '';
  await writeFile(join(dataDir, file), '"{}"');
  await expect(start()).rejects.toThrow('is damaged');
  await rm(join(dataDir, file));
  standIn = await start();
});
