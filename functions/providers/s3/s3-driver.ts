import { type Diagnosis, diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { AccessKeyPair } from '../../core/storage/credential.ts';
import type { Account, Bucket, StorageAnswer } from '../../core/storage/storage.ts';
import type { AccountTarget, StorageTarget } from '../../core/storage/target.ts';
import type { Way } from '../egress/egress.ts';
import { allBuckets } from '../normalize-listing.ts';
import { listS3Buckets } from './list-buckets.ts';
import { lacksV2, listV1, listV2 } from './list-objects.ts';
import { isBucketName, isRegion, type S3Address, s3AccountAddress, s3Address } from './s3-endpoint.ts';
import { openS3Session } from './s3-session.ts';
import { signS3Put } from './sign-put.ts';

/**
 * Opens a bucket that speaks the S3 protocol: Amazon S3, the compatible storages, Google Cloud Storage by HMAC keys.
 *
 * A listing is one call. Two things can make the first one two, each once: a region that nobody named, and a storage
 * that lacks ListObjectsV2 though its vendor's newer releases have it.
 */
export async function openS3Bucket(
  target: StorageTarget,
  credential: AccessKeyPair,
  way: Way,
): Promise<StorageAnswer<Bucket>> {
  const { bucket } = target;
  if (!isBucketName(bucket)) return { ok: false, diagnosis: diagnose('bucket-name-invalid') };
  const address = s3Address(target);
  const fault = faultIn(target, address, credential);
  if (fault) return { ok: false, diagnosis: fault };

  const session = await openS3Session(address, credential, way, 'bucket');
  const mayLackV2 = address.vendor.listing === 'v2-or-v1';
  let version: 1 | 2 = 2;
  const value: Bucket = {
    async list(continuation) {
      const list = version === 1 ? listV1 : listV2;
      const isFirst = continuation === undefined && version === 2;
      const listed = await session.ask(
        (client) => list(client, target, way, continuation),
        (refusal) =>
          mayLackV2 && isFirst && lacksV2(refusal) ? (client) => listV1(client, target, way, undefined) : undefined,
      );
      if (!listed.ok) return listed;
      if (mayLackV2) version = listed.value.version;
      return { ok: true, value: listed.value.page };
    },
    signPut: (key, expiresIn) => signS3Put(session.client(), bucket, key, expiresIn),
  };
  return { ok: true, value };
}

/** Opens an account that speaks the S3 protocol. */
export async function openS3Account(
  target: AccountTarget,
  credential: AccessKeyPair,
  way: Way,
): Promise<StorageAnswer<Account>> {
  const address = s3AccountAddress(target);
  const fault = faultIn(target, address, credential);
  if (fault) return { ok: false, diagnosis: fault };
  const session = await openS3Session(address, credential, way, 'account');
  const listBuckets = () =>
    allBuckets((next) => session.ask((client) => listS3Buckets(client, address.vendor, way, next)));
  return { ok: true, value: { listBuckets } };
}

/** What is wrong with a target or a credential before anything is asked. */
function faultIn({ region }: AccountTarget, address: S3Address, { accessKey }: AccessKeyPair): Diagnosis | undefined {
  if (region !== undefined && !isRegion(region)) return diagnose('region-unclear');
  if (address.isRegionOfAnotherHost) return diagnose('region-of-another-endpoint');
  // Either would end the key inside the header that carries it.
  return /[\s,]/.test(accessKey) ? diagnose('access-key-malformed') : undefined;
}
