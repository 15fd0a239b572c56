import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bundle, bundle } from '../../infra/bundle/bundle.ts';
import { answering } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import {
  emptyListing,
  environmentOf,
  googleThat,
  identity,
  credential as serviceAccount,
  token,
} from './gcs/gcs-scene.ts';
import { listing, credential as pair } from './s3/s3-bucket.ts';

type Registry = typeof import('../../functions/providers/open-storage.ts');

/** What is deployed is bundled: a package may be another one there, as one in CommonJS has other exports. */
let registry: Registry;
let bundled: Bundle;
beforeAll(async () => {
  const entry = 'functions/providers/open-storage.ts';
  bundled = await bundle([{ name: 'providers/registry', entry, needs: new Set() }]);
  const directory = bundled.functions.get('providers/registry')?.directory ?? '';
  registry = await import(pathToFileURL(join(directory, 'index.mjs')).href);
}, 30_000);
afterAll(() => bundled?.remove());

const empty = { ok: true, value: { objects: [] } };
const deadline = () => AbortSignal.timeout(5_000);

test('S3 works bundled', async () => {
  const server = await serverThat(answering(listing()));
  const storage = registry.storageFor({ EGRESS_ALLOW: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const opened = await storage.open({ provider: 's3', endpoint, bucket: 'photos', prefix: '' }, pair, deadline());
  expect(opened.ok && (await opened.value.list())).toEqual(empty);
  expect(opened.ok && (await opened.value.signPut('x', 60))).toContain('X-Amz-Signature');
});

test('Google Cloud Storage works bundled', async () => {
  const servers = await googleThat(token, emptyListing);
  const storage = registry.storageFor(environmentOf(servers), { ca: [identity.cert] });
  const endpoint = 'https://storage.googleapis.com';
  const target = { provider: 'gcs', endpoint, bucket: 'photos', prefix: '' } as const;
  const opened = await storage.open(target, serviceAccount, deadline());
  expect(opened.ok && (await opened.value.list())).toEqual(empty);
  expect(opened.ok && (await opened.value.signPut('x', 60))).toContain('X-Goog-Signature');
});

test('Azure Blob works bundled', async () => {
  const body =
    '<?xml version="1.0"?><EnumerationResults ServiceEndpoint="http://a/" ContainerName="photos"><Blobs/><NextMarker/></EnumerationResults>';
  const server = await serverThat(answering({ status: 200, headers: { 'content-type': 'application/xml' }, body }));
  const storage = registry.storageFor({ EGRESS_ALLOW: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credential = { kind: 'account-key', account: 'acme', key: 'YWJj' } as const;
  const opened = await storage.open(
    { provider: 'azure', endpoint, bucket: 'photos', prefix: '' },
    credential,
    deadline(),
  );
  expect(opened.ok && (await opened.value.list())).toEqual(empty);
  expect(opened.ok && (await opened.value.signPut('x', 60))).toContain('sig=');
});
