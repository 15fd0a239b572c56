import * as z from 'zod/mini';
import type { Connection } from '../../core/records/connection.ts';
import { parseCredential, parseTarget } from '../../core/storage/parse-target.ts';
import type { StorageTarget } from '../../core/storage/target.ts';
import { both } from '../../core/validation/result.ts';
import { fileName, folderName } from '../../core/verification/verify-bucket.ts';
import type { Progress, UnsavedVerification } from '../../core/verification/verify-unsaved.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { parseBody } from '../../http/body/validate-shape.ts';
import { Refused } from '../../http/problem.ts';
import { providers, wireName, wordDiagnosis } from './names.ts';

/**
 * The document's `VerifyOrganizationBucketRequest`. Clients of typed languages send `null` for what they leave out.
 */
const verifyRequest = z.object({
  storageProvider: z.nullish(z.enum(['s3', 'google', 'azure', 'other'])),
  accessKey: z.string(),
  secretKey: z.nullish(z.string()),
  bucketId: z.nullish(z.int()),
  bucket: z.string(),
  endpoint: z.string(),
  region: z.nullish(z.string()),
  prefix: z.nullish(z.string()),
});

/** What is to be verified: what was sent, or something at a place of the caller's with a stored secret. */
export type VerifyRequest =
  | ({ readonly with: 'sent' } & Omit<UnsavedVerification, 'organizationId'>)
  | { readonly with: 'stored'; readonly bucketId: number; readonly at: (connection: Connection) => StorageTarget };

/**
 * Reads a verify request. A `secretKey` wins over a `bucketId`; one of them has to be there (dialects/README.md).
 *
 * @throws Refused for everything that is wrong with it, all at once
 */
export function fromVerifyRequest(body: unknown): VerifyRequest {
  const { storageProvider, secretKey, bucketId, region, prefix, ...request } = parseBody(verifyRequest, body);
  const provider = providers[storageProvider ?? 's3'];
  const target = parseTarget({ ...request, provider, region: region ?? undefined, prefix: prefix ?? undefined });
  if (typeof secretKey === 'string') {
    const credential = parseCredential(provider, { accessKey: request.accessKey, secretKey });
    const [parsedTarget, parsedCredential] = unwrapOrRefuse(both(target, credential), wireName);
    return { with: 'sent', target: parsedTarget, credential: parsedCredential };
  }
  if (typeof bucketId !== 'number') {
    throw new Refused({
      kind: 'invalid',
      faults: [
        {
          field: 'secretKey',
          code: 'blank',
          message: 'is required, unless bucketId names a saved bucket whose secret is to be used',
        },
      ],
    });
  }
  const parsed = unwrapOrRefuse(target, wireName);
  return {
    with: 'stored',
    bucketId,
    at: ({ target: own }) => ({
      ...own,
      ...parsed,
      // What the request leaves out is the connection's own.
      provider: storageProvider ? provider : own.provider,
      prefix: typeof prefix === 'string' ? parsed.prefix : own.prefix,
    }),
  };
}

/**
 * The document's `VerifyOrganizationBucketResponse`. A bucket that fails is a successful answer (`success: true`):
 * with `success: false` the API's client throws and its caller never sees the status (dialects/README.md).
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
      return { ...common, connectionError: wordDiagnosis(progress.diagnosis) };
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
