import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { ServiceAccountKey } from '../../core/storage/credential.ts';
import type { Account, Bucket, StorageAnswer } from '../../core/storage/storage.ts';
import type { AccountTarget, StorageTarget } from '../../core/storage/target.ts';
import type { Way } from '../egress/egress.ts';
import type { AnswerLimits } from '../egress/response-meter.ts';
import { allBuckets } from '../normalize-listing.ts';
import { gcsApi } from './gcs-api.ts';
import { gcsHost, isGcsBucketName, projectOf, readPrivateKey } from './gcs-credential.ts';
import { signGcsPut } from './sign-put.ts';

/**
 * Limits for a listing in JSON: 1,000 keys of 1,024 bytes, a quarter of each escaped to six characters, and 105 bytes of
 * markup make 2.4 MB. JSON has no marks that could be counted; so many bytes of it never parse to more than 60 MB.
 */
export const jsonListing: AnswerLimits = { bytes: 2.5 * 1024 * 1024, marks: Infinity, run: Infinity };

/**
 * Opens a bucket of Google Cloud Storage under a service account. A listing is one call, after one for the token; the
 * bucket itself is never asked for, because the roles for objects do not include that (functions/providers/README.md).
 */
export async function openGcsBucket(
  target: StorageTarget,
  credential: ServiceAccountKey,
  way: Way,
): Promise<StorageAnswer<Bucket>> {
  const { bucket, prefix } = target;
  // Nothing on the way escapes a name: `../../x` or `a?b` would be another request (functions/providers/README.md).
  if (!isGcsBucketName(bucket)) return { ok: false, diagnosis: diagnose('bucket-name-invalid') };
  const ready = prepare(target, credential);
  if (!ready.ok) return ready;
  const { host, key } = ready.value;
  const api = gcsApi(host, credential, way);
  const value: Bucket = {
    list: (continuation) => api.listObjects(bucket, prefix, continuation),
    signPut: async (name, expiresIn) =>
      signGcsPut({ host, bucket, name, expiresIn, clientEmail: credential.clientEmail, key, now: new Date() }),
  };
  return { ok: true, value };
}

/** Opens the project that a service account belongs to. */
export async function openGcsAccount(
  target: AccountTarget,
  credential: ServiceAccountKey,
  way: Way,
): Promise<StorageAnswer<Account>> {
  const ready = prepare(target, credential);
  if (!ready.ok) return ready;
  const project = projectOf(credential.clientEmail);
  if (project === undefined) return { ok: false, diagnosis: diagnose('project-unknown') };
  const api = gcsApi(ready.value.host, credential, way);
  return { ok: true, value: { listBuckets: () => allBuckets((next) => api.listBuckets(project, next)) } };
}

/** What is known before anything is asked: where, and with what key. */
function prepare({ endpoint }: AccountTarget, { clientEmail, privateKey }: ServiceAccountKey) {
  const failed = (code: 'endpoint-not-google' | 'service-account-malformed' | 'private-key-malformed') =>
    ({ ok: false, diagnosis: diagnose(code) }) as const;
  const host = gcsHost(endpoint);
  if (host === undefined) return failed('endpoint-not-google');
  if (!/^[a-z0-9][a-z0-9._-]*@[a-z0-9.-]+\.gserviceaccount\.com$/.test(clientEmail)) {
    return failed('service-account-malformed');
  }
  const key = readPrivateKey(privateKey);
  return key ? ({ ok: true, value: { host, key } } as const) : failed('private-key-malformed');
}
