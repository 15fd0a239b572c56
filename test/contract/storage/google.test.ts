import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { type GcsStandIn, startGcsStandIn } from '../../../infra/local/storage/gcs/gcs-emulator.ts';
import { putAt } from '../../conformance/storage/put-at.ts';
import { newKeyPair } from '../../providers/gcs/gcs-scene.ts';
import { canary } from '../canary.ts';
import { type Service, startService } from '../service.ts';

const identity = newCertificate(['storage.googleapis.com', 'oauth2.googleapis.com']);
const own = newKeyPair();
const email = 'reader@acme-vision.iam.gserviceaccount.com';
/** As it is downloaded; what it says of other hosts is never asked. */
const keyFile = (privateKey = own.privateKey) =>
  JSON.stringify({
    type: 'service_account',
    client_email: email,
    private_key: privateKey,
    token_uri: `https://${canary.remote}.example/token`,
    universe_domain: 'example.com',
  });

let google: GcsStandIn;
let service: Service;
beforeAll(async () => {
  google = await startGcsStandIn({
    tls: identity,
    errorMessage: canary.remote,
    accounts: [{ email, publicKeys: [own.publicKey], rights: [{ bucket: 'photos', actions: ['list', 'put'] }] }],
    buckets: [
      {
        name: 'photos',
        project: 'acme-vision',
        location: 'EUROPE-WEST1',
        objects: { 'a/info.labels': 'x', 'a/b.csv': 'y' },
      },
    ],
  });
  service = await startService({
    demo: false,
    parameters: {
      EgressAllow: `127.0.0.1:${google.port}`,
      EgressCa: identity.cert,
      ConnectTo: ['oauth2', 'storage'].map((name) => `${name}.googleapis.com:443:127.0.0.1:${google.port}`).join(','),
    },
  });
});
afterAll(() => Promise.all([service.stop(), google.stop()]));

const body = (secretKey = keyFile()) => ({
  storageProvider: 'google',
  accessKey: email,
  secretKey,
  endpoint: 'https://storage.googleapis.com',
  bucket: 'photos',
});
const send = (method: string, below: string, content?: unknown) =>
  service.send(method, `/v1/api/organizations/1/buckets${below}`, {
    body: content,
    headers: { 'x-api-key': service.target.seeded.key },
  });

test('a bucket of a service account is verified, and its signed URL takes a plain PUT', async () => {
  const { body: answer } = await service.verify(body());
  expect(answer).toMatchObject({ connectionStatus: 'connected', hasInfoLabelsFile: true, files: [{}, {}] });
  const { signedUrl } = z.object({ signedUrl: z.string() }).parse(answer);
  expect(await putAt(signedUrl, 'written', google.port, identity.cert)).toBe(200);
});

test('is saved, read and verified again with what is stored of it', async () => {
  const added = await send('POST', '', { ...body(), region: '' });
  const { id } = z.object({ id: z.int() }).parse(added.body);
  expect((await send('GET', `/${id}`)).body).toMatchObject({
    bucket: { accessKey: email, storageProvider: 'google', connected: true },
  });
  expect((await send('POST', `/${id}/verify`, { prefix: 'a/' })).body).toMatchObject({ connectionStatus: 'connected' });
  const { secretKey: _, ...rest } = body();
  expect((await send('POST', '/verify', { ...rest, bucketId: id })).body).toMatchObject({
    connectionStatus: 'connected',
  });
  expect((await send('DELETE', `/${id}`)).status).toBe(200);
});

test('a key file of another kind, or in another name, is refused before anything is asked', async () => {
  const before = google.requests.length;
  const other = keyFile().replace('service_account', 'external_account');
  expect(await service.verify(body(other))).toMatchObject({
    status: 400,
    body: { success: false, error: expect.stringMatching(/^secretKey must be a key file whose type is/) },
  });
  expect(await service.verify({ ...body(), accessKey: `not-${email}` })).toMatchObject({ status: 400 });
  expect(google.requests).toHaveLength(before);
});

test('nothing of the key file or of what Google said is anywhere', async () => {
  expect((await service.verify(body(keyFile(newKeyPair().privateKey)))).body).toMatchObject({
    connectionStatus: 'error',
    connectionError: expect.stringMatching(/^secretKey: /),
  });
  const seen = JSON.stringify([service.target.logs(), await service.target.wire.observe.rows()]);
  expect(seen).not.toContain(canary.remote);
  expect(seen).not.toContain(own.privateKey.split('\n')[2]);
});
