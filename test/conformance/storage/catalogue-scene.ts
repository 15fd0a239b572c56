import { onTestFinished } from 'vitest';
import type { Diagnosis } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StorageAnswer } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import { googleThat, openAccountAt, openAt } from '../../providers/gcs/gcs-scene.ts';
import { answering, type CannedAnswer, type Conduct } from './hostile.ts';
import { serverThat } from './server-that.ts';

/** Brings about what a code of the catalogue is for, and gives what the service says of it. */
export type Producer = () => Promise<Diagnosis>;

type Options = Parameters<typeof storageFor>[1];

const pair: Credential = { kind: 'access-key-pair', accessKey: 'AKIATEST', secretKey: 'test-secret' };
export const accountKey = {
  kind: 'account-key',
  account: 'acme',
  key: Buffer.alloc(64, 7).toString('base64'),
} as const;

/** What was wrong; a success is none of the catalogue's. */
export function diagnosisIn(answer: StorageAnswer<unknown>): Diagnosis {
  if (answer.ok) throw new Error('Nothing was wrong.');
  return answer.diagnosis;
}

export interface Attempt {
  readonly target?: Partial<StorageTarget>;
  readonly credential?: Credential;
  readonly environment?: Parameters<typeof storageFor>[0];
  readonly options?: Options;
  /** Milliseconds. */
  readonly deadline?: number;
}

/** One listing of a bucket. */
export async function attempt(
  endpoint: string,
  { target, credential = pair, ...how }: Attempt = {},
): Promise<Diagnosis> {
  const whole: StorageTarget = { provider: 's3', endpoint, bucket: 'photos', prefix: '', ...target };
  const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1', ...how.environment }, how.options);
  const opened = await storage.open(whole, credential, AbortSignal.timeout(how.deadline ?? 5_000));
  return diagnosisIn(opened.ok ? await opened.value.list() : opened);
}

const conductOf = (one: CannedAnswer | Conduct): Conduct => (typeof one === 'function' ? one : answering(one));

/** By S3 at a server that behaves so. */
export const s3At =
  (conduct: CannedAnswer | Conduct, how: Attempt = {}): Producer =>
  async () =>
    attempt(`http://127.0.0.1:${(await serverThat(conductOf(conduct))).port}`, how);

/** An error document of S3, and further elements in it. */
export const s3Error = (status: number, code: string, more = ''): CannedAnswer => ({
  status,
  body: `<Error><Code>${code}</Code>${more}</Error>`,
});

/** By S3 at the stand-in, which has one bucket, `photos` in eu-west-1, that two of its keys may list. */
export const s3StandIn =
  (how: Attempt & { readonly account?: boolean } = {}): Producer =>
  async () => {
    const service = await startS3StandIn({
      keys: [
        { accessKey: 'AKIATEST', secretKey: 'test-secret', rights: [{ bucket: 'photos', actions: ['list'] }] },
        { accessKey: 'AKIANONE', secretKey: 'test-secret', rights: [] },
        {
          accessKey: 'ASIAOLD',
          secretKey: 'test-secret',
          sessionToken: 'old',
          expiresAt: new Date(0),
          rights: [{ bucket: 'photos', actions: ['list'] }],
        },
      ],
      buckets: [{ name: 'photos', region: 'eu-west-1' }],
    });
    onTestFinished(service.stop);
    if (!how.account) return attempt(service.url, how);
    const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1' });
    const account = { provider: 's3', endpoint: service.url, region: 'eu-west-1' } as const;
    const opened = await storage.openAccount(account, how.credential ?? pair, AbortSignal.timeout(5_000));
    return diagnosisIn(opened.ok ? await opened.value.listBuckets() : opened);
  };

/** By Azure, at a server that answers with this code. */
export const azureAt =
  (status: number, code: string): Producer =>
  async () => {
    const server = await serverThat(answering({ status, headers: { 'x-ms-error-code': code } }));
    return azure(`http://127.0.0.1:${server.port}`);
  };

/** By Azure. */
export const azure = (endpoint: string, how: Attempt = {}): Promise<Diagnosis> =>
  attempt(endpoint, { credential: accountKey, ...how, target: { provider: 'azure', ...how.target } });

/** By a service account, at servers that answer so for the token and for the listing. */
export const googleAt =
  (
    tokens: CannedAnswer,
    api: CannedAnswer,
    more: Partial<StorageTarget> = {},
    as?: Parameters<typeof openAt>[2],
  ): Producer =>
  async () => {
    const opened = await openAt(await googleThat(tokens, api), more, as);
    return diagnosisIn(opened.ok ? await opened.value.list() : opened);
  };

/** The account of a service account, at servers that answer so. */
export const googleAccountAt =
  (tokens: CannedAnswer, api: CannedAnswer, as?: Parameters<typeof openAccountAt>[1]): Producer =>
  async () => {
    const opened = await openAccountAt(await googleThat(tokens, api), as);
    return diagnosisIn(opened.ok ? await opened.value.listBuckets() : opened);
  };

/** By S3 with TLS, at a server with a certificate; who issued it is trusted unless said otherwise. */
export const tlsAt =
  (names: readonly string[], days: number, isTrusted = true): Producer =>
  async () => {
    const identity = newCertificate(names, days);
    const server = await serverThat(answering({ status: 200 }), identity);
    return attempt(`https://127.0.0.1:${server.port}`, { options: { ca: isTrusted ? [identity.cert] : [] } });
  };
