import type { S3Client } from '@aws-sdk/client-s3';

/**
 * Signs a URL for a plain PUT of one object; no call is made.
 *
 * @param expiresIn seconds
 */
export async function signS3Put(client: S3Client, bucket: string, key: string, expiresIn: number): Promise<string> {
  const [{ PutObjectCommand }, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ]);
  // By the storage's clock, as far as the SDK has learned it from the answers so far: the signature names its time.
  const signingDate = new Date(Date.now() + client.config.systemClockOffset);
  return getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key }), { expiresIn, signingDate });
}
