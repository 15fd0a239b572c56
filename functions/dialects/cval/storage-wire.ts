import * as z from 'zod/mini';
import type { NewConnection } from '../../core/connections/add-connection.ts';
import { type DatasetFinding, datasetRoot } from '../../core/datasets/find-dataset.ts';
import type { Connection } from '../../core/records/connection.ts';
import { parseCredential, parseTarget } from '../../core/storage/parse-target.ts';
import { belongsToAnotherProvider, vendorOf } from '../../core/storage/provider-hosts.ts';
import type { StorageTarget } from '../../core/storage/target.ts';
import type { Fault } from '../../core/validation/result.ts';
import { both } from '../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { parseBody } from '../../http/body/validate-shape.ts';
import { Refused } from '../../http/problem.ts';
import { wireName, wordDiagnosis } from './names.ts';

/** The document's body of "Create connection". */
const createRequest = z.object({
  access_key: z.string(),
  secret_key: z.string(),
  endpoint: z.string(),
  bucket: z.string(),
  synchronize: z.boolean(),
});

/** @throws Refused for everything that is wrong with it, all at once */
export function fromCreateRequest(
  body: unknown,
): Pick<NewConnection, 'target' | 'credential' | 'revealable' | 'synchronize'> {
  const { access_key: accessKey, secret_key: secretKey, synchronize, ...place } = parseBody(createRequest, body);
  // Key and secret are a pair at Google too: this API has no service accounts (dialects/README.md).
  const credential = parseCredential('s3', { accessKey, secretKey });
  const [target, pair] = unwrapOrRefuse(both(parseTarget({ ...place, provider: 's3' }), credential), wireName);
  if (belongsToAnotherProvider(target)) throw new Refused({ kind: 'invalid', faults: [ofAnother] });
  // The document returns the secret, so it may be shown to those who may see it.
  return { target: ofItsProvider(target), credential: pair, revealable: true, synchronize };
}

/** Azure's. */
const ofAnother: Fault<string> = {
  field: 'endpoint',
  code: 'invalid',
  message: 'is the address of a storage that does not speak the S3 protocol',
};

/** The endpoint says whose storage it is: Google's own is asked as Google wants it, any other by the S3 protocol. */
const ofItsProvider = (target: StorageTarget): StorageTarget =>
  vendorOf(target) === 'google' ? { ...target, provider: 'gcs' } : target;

/** In the place of a secret that is not shown: the client takes no null for one (dialects/README.md). */
const mask = '********';

/** A connection as the document's answers have it. @param secret its secret where it may be shown */
export function toStorage(
  { uid, target, bucket, credential, synchronize, dataset }: Expressible,
  secret: string | undefined,
) {
  return {
    id: uid,
    access_key: credential.accessKey,
    secret_key: secret ?? mask,
    endpoint: target.endpoint,
    bucket,
    synchronize,
    ...(dataset && { dataset: toDataset(dataset) }),
  };
}

/**
 * What the document has no word for: whether the bucket holds a dataset, and what it lacks, as paths in the bucket. A
 * further key, which clients ignore (dialects/README.md). `complete` is null where the storage did not let us see.
 */
export function toDataset(finding: DatasetFinding) {
  if ('unknown' in finding) return { complete: null, missing: [], detail: wordDiagnosis(finding.unknown) };
  return {
    complete: finding.complete,
    missing: finding.complete ? [] : finding.missing.map((place) => datasetRoot + place),
  };
}

/** A connection that this API can show. */
export interface Expressible extends Connection {
  readonly bucket: string;
}

/**
 * The connection, if this API has words for it: a bucket with a key and its secret (dialects/README.md). Any other is
 * not there.
 */
export function expressible(connection: Connection): Expressible | undefined {
  const { bucket, provider } = connection.target;
  if (bucket === undefined || provider === 'azure') return undefined;
  return connection.credential.kind === 'access-key-pair' ? { ...connection, bucket } : undefined;
}
