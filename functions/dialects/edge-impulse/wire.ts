import * as z from 'zod/mini';
import type { Provider } from '../../core/connection.ts';
import type { Diagnosis } from '../../core/diagnosis.ts';
import type { Field } from '../../core/field.ts';
import { fileName, folderName } from '../../core/pass.ts';
import { both, parseCredential, parseTarget } from '../../core/target.ts';
import type { Progress, UnsavedVerification } from '../../core/verify-unsaved.ts';
import { checked } from '../../http/checked.ts';
import { Refused } from '../../http/problem.ts';
import { shaped } from '../../http/shape.ts';

/** The document's `StorageProvider`, and what each stands for. `other` is any S3-compatible storage. */
const providers = { s3: 's3', google: 'gcs', azure: 'azure', other: 's3' } as const satisfies Record<string, Provider>;

/**
 * The document's `VerifyOrganizationBucketRequest`. Clients of typed languages send `null` for what they leave out.
 */
const verifyRequest = z.object({
  storageProvider: z.nullish(z.enum(['s3', 'google', 'azure', 'other'])),
  accessKey: z.string(),
  secretKey: z.nullish(z.string()),
  bucket: z.string(),
  endpoint: z.string(),
  region: z.nullish(z.string()),
  prefix: z.nullish(z.string()),
});

/** The names this API gives to the parts of a connection. */
const wireNames = {
  provider: 'storageProvider',
  endpoint: 'endpoint',
  region: 'region',
  bucket: 'bucket',
  prefix: 'prefix',
  accessKey: 'accessKey',
  secretKey: 'secretKey',
} as const satisfies Record<Field, string>;

const wireName = (field: Field): string => wireNames[field];

/**
 * Reads a verify request.
 *
 * @throws Refused for everything that is wrong with it, all at once
 */
export function fromVerifyRequest(body: unknown): Omit<UnsavedVerification, 'organizationId'> {
  const { storageProvider, secretKey, region, prefix, ...request } = shaped(verifyRequest, body);
  if (secretKey === undefined || secretKey === null) {
    throw new Refused({ kind: 'invalid', faults: [{ field: 'secretKey', code: 'blank', message: 'is required' }] });
  }
  const provider = providers[storageProvider ?? 's3'];
  const target = parseTarget({ ...request, provider, region: region ?? undefined, prefix: prefix ?? undefined });
  const credential = parseCredential(provider, { accessKey: request.accessKey, secretKey });
  const [parsedTarget, parsedCredential] = checked(both(target, credential), wireName);
  return { target: parsedTarget, credential: parsedCredential };
}

/** Words a diagnosis as `connectionError`: the field at fault under this API's name, what is wrong, what to do. */
const connectionError = ({ field, sentence, remedy }: Diagnosis): string =>
  `${field ? `${wireName(field)}: ` : ''}${sentence} ${remedy}`;

/**
 * The document's `VerifyOrganizationBucketResponse`. A bucket that fails is a successful answer (`success: true`):
 * with `success: false` the API's client throws and its caller never sees the status (wire notes).
 */
export function toVerifyResponse(progress: Progress) {
  const { status, since } = progress;
  const common = {
    success: true,
    connectionStatus: status,
    connectionError: null,
    connectionStatusSince: new Date(since).toISOString(),
  };
  switch (progress.status) {
    case 'connecting':
      return common;
    case 'error':
      return { ...common, connectionError: connectionError(progress.diagnosis) };
    case 'connected': {
      const { sample, hasInfoLabels, reformattedEndpoint } = progress.verdict;
      return {
        ...common,
        files: sample.map(({ key, size }) => ({ name: fileName(key), size, folderName: folderName(key) })),
        hasInfoLabelsFile: hasInfoLabels,
        signedUrl: progress.signedUrl,
        ...(reformattedEndpoint && { endpoint: reformattedEndpoint }),
      };
    }
  }
}
