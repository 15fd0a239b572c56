import type { S3Client } from '@aws-sdk/client-s3';
import type { VendorRow } from '../../core/storage/s3-vendors.ts';
import type { ListedBucket } from '../../core/storage/storage.ts';
import type { Way } from '../egress/egress.ts';
import type { BucketPage } from '../normalize-listing.ts';
import { bucketPageSize } from '../normalize-listing.ts';

/**
 * One page of an account's buckets.
 *
 * @returns nothing for an answer that is no list of buckets: only that has an owner, or a place for buckets
 */
export async function listS3Buckets(
  client: S3Client,
  { bucketList }: VendorRow,
  way: Way,
  continuation: string | undefined,
): Promise<BucketPage | undefined> {
  const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
  const command = new ListBucketsCommand({
    // Others than Amazon may refuse a parameter they do not know.
    ...(bucketList === 'in-pages' && { MaxBuckets: bucketPageSize }),
    ...(continuation !== undefined && { ContinuationToken: continuation }),
  });
  const { Buckets, Owner, ContinuationToken } = await client.send(command, { abortSignal: way.signal });
  if (Buckets === undefined && Owner === undefined) return undefined;
  const buckets = (Buckets ?? []).flatMap(({ Name, BucketRegion }): readonly ListedBucket[] =>
    Name ? [{ name: Name, ...(BucketRegion && { region: BucketRegion }) }] : [],
  );
  return { buckets, ...(ContinuationToken && { next: ContinuationToken }) };
}
