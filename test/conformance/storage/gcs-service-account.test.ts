import { generateKeyPairSync } from 'node:crypto';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { startGcsStandIn } from '../../../infra/local/storage/gcs/gcs-emulator.ts';
import { buckets, canary, type Lead } from './harness.ts';
import { putAt } from './put-at.ts';
import { storageConformance } from './suite.ts';

const newKey = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const [own, other] = [newKey(), newKey()];
const email = (name: string) => `${name}@acme-vision.iam.gserviceaccount.com`;
const account = (name: string, privateKey: string): Credential => ({
  kind: 'service-account-key',
  clientEmail: email(name),
  privateKey,
});
const json = { 'content-type': 'application/json' };
const apiHost = 'storage.googleapis.com';
const certificateNames = [apiHost];
const identity = newCertificate([apiHost, 'oauth2.googleapis.com']);

storageConformance({
  provider: 'Google Cloud Storage by service account',
  usual: 'https',
  certificateNames,
  listing: { status: 200, headers: json, body: '{"kind":"storage#objects"}' },
  endlessListing: [
    { status: 200, headers: json, body: '{"kind":"storage#objects","items":[' },
    `{"name":"${canary}","size":"1"},`,
  ],
  listOfBuckets: { status: 200, headers: json, body: `{"kind":"storage#buckets","items":[{"name":"${canary}"}]}` },
  unknownRefusal: {
    status: 400,
    headers: json,
    body: `{"error":{"code":"ENOTFOUND","message":"${canary}","errors":[{"reason":"${canary}"}]}}`,
  },
  rights: { none: account('powerless', own.privateKey), says: 'bucket-not-found-or-denied' },
  says: {
    wrongSecret: 'service-account-key-revoked',
    unknownKey: 'service-account-not-found',
    unknownHost: 'host-not-found',
    plainHttp: 'endpoint-not-google',
  },
  credentials: {
    good: account('reader', own.privateKey),
    wrongSecret: account('reader', other.privateKey),
    unknownKey: account('nobody', own.privateKey),
  },
  async start() {
    const names = Object.values(buckets).map(({ name }) => name);
    const service = await startGcsStandIn({
      tls: identity,
      errorMessage: canary,
      accounts: [
        {
          email: email('reader'),
          publicKeys: [own.publicKey],
          rights: names.map((bucket) => ({ bucket, actions: ['list', 'put'] })),
          listsBucketsOf: ['acme-vision'],
        },
        { email: email('powerless'), publicKeys: [own.publicKey], rights: [] },
      ],
      buckets: Object.values(buckets).map(({ name, keys }) => ({
        name,
        project: 'acme-vision',
        location: 'EUROPE-WEST1',
        objects: Object.fromEntries(keys.map((key) => [key, key])),
      })),
    });
    const tokens = `oauth2.googleapis.com:443:127.0.0.1:${service.port}`;
    /** The token comes from the honest service, wherever the rest leads. */
    const lead = (port: number, more: Partial<StorageTarget>, ca: readonly string[], allowed: string): Lead => ({
      storage: storageFor(
        {
          CONNECT_TO: `${tokens},${apiHost}:443:127.0.0.1:${port}`,
          EGRESS_ALLOW: `127.0.0.1:${service.port},${allowed}`,
        },
        { ca: [identity.cert, ...ca] },
      ),
      target: { provider: 'gcs', endpoint: `https://${apiHost}`, bucket: buckets.good.name, prefix: '', ...more },
    });
    const bare = (options: EgressOptions): Lead => ({
      ...lead(service.port, {}, [], '127.0.0.1'),
      storage: storageFor({}, options),
    });
    return {
      at: (bucket, more) => lead(service.port, { bucket, ...more }, [], `127.0.0.1:${service.port}`),
      towards: (port, scheme, ca) => lead(port, { endpoint: `${scheme}://${apiHost}` }, ca, `127.0.0.1:${port}`),
      forbidden: (port) => lead(port, {}, [], '192.0.2.1'),
      lookedUp: (lookup) => bare({ lookup }),
      calls: () => service.requests.filter(({ host }) => host === apiHost).length,
      put: (url, body) => putAt(url, body, service.port, identity.cert),
      stop: service.stop,
    };
  },
});
