import { generateKeyPairSync } from 'node:crypto';
import type { Credential } from '../../functions/core/storage/credential.ts';
import type { Storage } from '../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../functions/core/storage/target.ts';
import type { EgressEnvironment } from '../../functions/providers/egress/parse-rules.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';
import type { World } from './world.ts';

/** A way in which the service reaches a storage on a caller's word: a provider, a kind of credential, an addressing. */
export interface Attacked {
  readonly name: string;
  readonly target: StorageTarget;
  readonly credential: Credential;
  /** Whether a caller may name any host; if not, it is one of the provider's own whatever the caller says. */
  readonly anyHost: boolean;
  /** Every host that is ever connected to for `target`. */
  readonly hosts: readonly string[];
  /** Asks for what is behind the target, once: `connected`, or the code of what is wrong. */
  ask(storage: Storage, more?: Partial<StorageTarget>, credential?: Credential): Promise<string>;
}

const pair: Credential = { kind: 'access-key-pair', accessKey: 'AKIAATTACKED', secretKey: 'attacked-secret' };
const role: Credential = {
  kind: 'assumed-role',
  roleArn: 'arn:aws:iam::123456789012:role/attacked',
  externalId: 'attacked-external-id',
};
const accountKey: Credential = {
  kind: 'account-key',
  account: 'attacked',
  key: Buffer.alloc(64, 'k').toString('base64'),
};
export const serviceAccount = {
  kind: 'service-account-key',
  clientEmail: 'attacked@project.iam.gserviceaccount.com',
  privateKey: generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
} as const satisfies Credential;

/** The name of a storage that a caller may enter for itself. */
export const storageHost = 'storage.test';
const amazon = 's3.us-west-2.amazonaws.com';
const google = ['oauth2.googleapis.com', 'storage.googleapis.com'] as const;
const microsoft = 'attacked.blob.core.windows.net';

/** Names for one certificate that serves all of them. */
export const certificateNames: readonly string[] = [storageHost, amazon, `*.${amazon}`, ...google, microsoft];

type Kind = readonly [
  name: string,
  provider: StorageTarget['provider'],
  credential: Credential,
  own?: readonly string[],
];

const kinds: readonly Kind[] = [
  ['S3 by path', 's3', pair],
  ['S3 by an assumed role', 's3', role],
  ['Amazon S3 by its own hosts', 's3', pair, [`photos.${amazon}`, amazon]],
  ['GCS by HMAC key', 'gcs', pair],
  ['GCS by service account', 'gcs', serviceAccount, google],
  ['Azure Blob', 'azure', accountKey],
  ['Azure Blob by its own hosts', 'azure', accountKey, [microsoft]],
];

/** Everything `storageFor` offers, for a bucket and for an account. */
export const attacked: readonly Attacked[] = kinds.flatMap(([name, provider, credential, own]) => {
  const own1 = own?.at(-1);
  const target = { provider, endpoint: `https://${own1 ?? storageHost}`, bucket: 'photos', prefix: '' };
  const common = { target, credential, anyHost: own === undefined, hosts: own ?? [storageHost] };
  return [
    {
      ...common,
      name,
      ask: async (storage, more, as = credential) => {
        const opened = await storage.open({ ...target, ...more }, as, AbortSignal.timeout(5_000));
        const answer = opened.ok ? await opened.value.list() : opened;
        return answer.ok ? 'connected' : answer.diagnosis.code;
      },
    },
    {
      ...common,
      name: `${name}, its list of buckets`,
      ask: async (storage, more, as = credential) => {
        const { bucket: _bucket, prefix: _prefix, ...account } = { ...target, ...more };
        const opened = await storage.openAccount(account, as, AbortSignal.timeout(5_000));
        const answer = opened.ok ? await opened.value.listBuckets() : opened;
        return answer.ok ? 'connected' : answer.diagnosis.code;
      },
    },
  ] satisfies Attacked[];
});

/** The storages, in a world of the test's. */
export const storageIn = (environment: EgressEnvironment, { lookup, connect, ca }: World): Storage =>
  storageFor(environment, {
    lookup,
    connect,
    ...(ca && { ca }),
    assumeRole: async () => ({
      ok: true,
      value: { kind: 'access-key-pair', accessKey: 'ASIAATTACKED', secretKey: 'secret', sessionToken: 'token' },
    }),
  });
