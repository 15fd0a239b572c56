import { generateKeyPairSync } from 'node:crypto';
import type { ServiceAccountKey } from '../../../functions/core/storage/credential.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import type { Conduct } from '../../conformance/storage/hostile.ts';
import { answering, type CannedAnswer, type HostileServer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';

export const identity = newCertificate(['*.googleapis.com']);

/** A new key pair of a service account, in PEM. */
export const newKeyPair = (type: 'rsa' = 'rsa') =>
  generateKeyPairSync(type, {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
export const ownKey = newKeyPair();

export const credential: ServiceAccountKey = {
  kind: 'service-account-key',
  clientEmail: 'reader@acme-vision.iam.gserviceaccount.com',
  privateKey: ownKey.privateKey,
};
const json = { 'content-type': 'application/json' };
export const jsonAnswer = (status: number, body: unknown): CannedAnswer => ({
  status,
  headers: json,
  body: JSON.stringify(body),
});
export const token = jsonAnswer(200, { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' });
export const emptyListing = jsonAnswer(200, { kind: 'storage#objects' });

/** An error of the JSON API. */
export const apiError = (status: number, reason: string, message = 'said'): CannedAnswer =>
  jsonAnswer(status, { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } });

/** An error of the token endpoint. */
export const tokenError = (error: string, description: string, status = 400): CannedAnswer =>
  jsonAnswer(status, { error, error_description: description });

export interface GcsServers {
  readonly tokens: HostileServer;
  readonly api: HostileServer;
}

/** Google's two hosts, each of which behaves so until the test is over. */
export async function googleThat(tokens: CannedAnswer | Conduct, api: CannedAnswer | Conduct): Promise<GcsServers> {
  const conduct = (one: CannedAnswer | Conduct) => (typeof one === 'function' ? one : answering(one));
  return { tokens: await serverThat(conduct(tokens), identity), api: await serverThat(conduct(api), identity) };
}

/** What leads to two such servers. */
export const environmentOf = ({ tokens, api }: GcsServers) => ({
  CONNECT_TO: `oauth2.googleapis.com:443:127.0.0.1:${tokens.port},*.googleapis.com:443:127.0.0.1:${api.port}`,
  EGRESS_ALLOW: `127.0.0.1:${tokens.port},127.0.0.1:${api.port}`,
});

const target: StorageTarget = {
  provider: 'gcs',
  endpoint: 'https://storage.googleapis.com',
  bucket: 'photos',
  prefix: '',
};

/** A bucket at such servers. */
export const openAt = (servers: GcsServers, more: Partial<StorageTarget> = {}, as: ServiceAccountKey = credential) =>
  storageFor(environmentOf(servers), { ca: [identity.cert] }).open(
    { ...target, ...more },
    as,
    AbortSignal.timeout(5_000),
  );

/** The account at such servers. */
export const openAccountAt = (servers: GcsServers, as: ServiceAccountKey = credential) =>
  storageFor(environmentOf(servers), { ca: [identity.cert] }).openAccount(
    { provider: 'gcs', endpoint: target.endpoint },
    as,
    AbortSignal.timeout(5_000),
  );

/** What one listing comes to: `connected`, or the code of what is wrong. */
export async function outcome(
  servers: GcsServers,
  more: Partial<StorageTarget> = {},
  as?: ServiceAccountKey,
): Promise<string> {
  const opened = await openAt(servers, more, as);
  const answer = opened.ok ? await opened.value.list() : opened;
  return answer.ok ? 'connected' : answer.diagnosis.code;
}
