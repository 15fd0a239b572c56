import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { StorageTarget } from '../core/connection.ts';
import type { AccessKeyPair } from '../core/credential.ts';
import { diagnose } from '../core/diagnosis.ts';
import type { Bucket, ListPage, StorageAnswer } from '../core/storage.ts';
import type { Way } from './egress/egress.ts';
import { listPage, pageSize } from './listing.ts';
import { networkFailure } from './network-failure.ts';
import { newS3Client } from './s3-client.ts';
import { diagnoseRefusal, regionNamedBy, type S3Refusal } from './s3-diagnosis.ts';
import { isBucketName, isRegion, s3Address } from './s3-endpoint.ts';
import { signS3Put } from './s3-sign-put.ts';

/**
 * Opens a bucket that speaks the S3 protocol: Amazon S3, the compatible storages, Google Cloud Storage by HMAC keys.
 *
 * A listing is one call. Only where nobody named a region, and the storage names one in refusing the guess, it is
 * asked once more, at the same host, signed for that region; further calls and signed URLs then use it too.
 */
export async function openS3Bucket(
  target: StorageTarget,
  credential: AccessKeyPair,
  way: Way,
): Promise<StorageAnswer<Bucket>> {
  const { bucket, region } = target;
  if (!isBucketName(bucket)) return { ok: false, diagnosis: diagnose('bucket-name-invalid') };
  if (region !== undefined && !isRegion(region)) return { ok: false, diagnosis: diagnose('region-unclear') };
  // Either would end the key inside the header that carries it.
  if (/[\s,]/.test(credential.accessKey)) return { ok: false, diagnosis: diagnose('access-key-malformed') };

  let address = s3Address(target);
  let client = await newS3Client(address, credential, way);
  const value: Bucket = {
    async list(continuation) {
      const first = await listObjects(client, target, way, continuation);
      if ('answer' in first) return first.answer;
      const named = regionNamedBy(first.refusal, address.region);
      if (!address.isRegionGuessed || named === undefined || !isRegion(named)) {
        return { ok: false, diagnosis: diagnoseRefusal(first.refusal, address) };
      }
      const there = { ...address, region: named, isRegionGuessed: false };
      const clientThere = await newS3Client(there, credential, way);
      const second = await listObjects(clientThere, target, way, continuation);
      if ('refusal' in second) return { ok: false, diagnosis: diagnoseRefusal(second.refusal, there, named) };
      [address, client] = [there, clientThere];
      return second.answer;
    },
    signPut: (key, expiresIn) => signS3Put(client, bucket, key, expiresIn),
  };
  return { ok: true, value };
}

type Listing = StorageAnswer<ListPage>;

/** A call that ended in an answer to give, or in an S3 error that the region may yet explain. */
type Outcome = { readonly answer: Listing } | { readonly refusal: S3Refusal };

async function listObjects(
  client: S3Client,
  { bucket, prefix }: StorageTarget,
  way: Way,
  continuation: string | undefined,
): Promise<Outcome> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    // Keys may hold characters that XML cannot.
    EncodingType: 'url',
    MaxKeys: pageSize,
    ...(prefix !== '' && { Prefix: prefix }),
    ...(continuation !== undefined && { ContinuationToken: continuation }),
  });
  try {
    const page = pageIn(await client.send(command, { abortSignal: way.signal }), bucket);
    return { answer: page ? { ok: true, value: page } : { ok: false, diagnosis: diagnose('not-a-storage-api') } };
  } catch (error) {
    const refusal = refusalIn(error);
    // The SDK copies what it finds in an error document onto the error: one with an S3 code is the server's, whatever
    // else it says it is.
    const failure = networkFailure(refusal?.code === undefined ? error : undefined, way.signal);
    if (failure) return { answer: { ok: false, diagnosis: diagnose(failure) } };
    return refusal ? { refusal } : { answer: { ok: false, diagnosis: diagnose('request-refused') } };
  }
}

/**
 * The page, if this is one: the SDK takes a web page, an empty body and a list of buckets for an empty listing, but
 * only a listing of this bucket bears its name.
 */
function pageIn(output: ListObjectsV2CommandOutput, bucket: string): ListPage | undefined {
  if (output.Name !== bucket) return undefined;
  const decode = output.EncodingType === 'url' ? decodeKey : (key: string | undefined) => key;
  const listed = (output.Contents ?? []).map(({ Key, Size }) => ({ key: decode(Key), size: Size }));
  return listPage(listed, output.IsTruncated ? output.NextContinuationToken : undefined);
}

/** Storages encode a space as `+` or as `%20`; a plus sign is always `%2B`. What is not encoded so stays as it is. */
function decodeKey(encoded = ''): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}

/** What the SDK's errors have in common once there was an answer. `Code` is there only if the body said so. */
const answered = z.object({
  $metadata: z.object({ httpStatusCode: z.number() }),
  Code: z.optional(z.string()),
  Region: z.optional(z.string()),
  message: z.optional(z.string()),
  $response: z.optional(z.object({ headers: z.record(z.string(), z.string()) })),
});

/** What the storage said in refusing; nothing when there was no answer. */
function refusalIn(error: unknown): S3Refusal | undefined {
  const read = answered.safeParse(error);
  if (!read.success) return undefined;
  const { Code, Region, message, $metadata, $response } = read.data;
  const region = Region ?? $response?.headers['x-amz-bucket-region'];
  return {
    status: $metadata.httpStatusCode,
    ...(Code !== undefined && { code: Code }),
    ...(message !== undefined && { message }),
    ...(region !== undefined && { region }),
  };
}
