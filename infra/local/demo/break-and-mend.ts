import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { arnOf } from '../storage/s3/auth/bucket-policy.ts';

const placeSchema = z.object({
  endpoint: z.string(),
  bucket: z.string(),
  accessKey: z.string(),
  secretKey: z.string(),
});
const runningSchema = z.object({
  demo: z.object({ s3: z.extend(placeSchema, { region: z.string() }), azure: placeSchema }),
});
type Places = z.infer<typeof runningSchema>['demo'];

export const usage = 'npm run demo -- break | mend [azure]';

/** What can be typed, and what it does; each gives a sentence that says what it did. */
const changes: Readonly<Record<string, (places: Places) => Promise<string>>> = {
  break: breakBucket,
  mend: mendBucket,
  'break azure': breakContainer,
  'mend azure': mendContainer,
};

/** How a change ended, and the sentence for whoever asked. */
export interface Changed {
  readonly outcome: 'done' | 'not understood' | 'failed';
  readonly sentence: string;
}

/**
 * Breaks or mends the demo storage's permissions, through the providers' own SDKs as its owner would.
 *
 * @param words what was typed after the command
 * @param file the `service.json` of the service that runs
 */
export async function changeDemo(words: readonly string[], file: string): Promise<Changed> {
  const change = Object.entries(changes).find(([typed]) => typed === words.join(' '))?.[1];
  if (change === undefined) return { outcome: 'not understood', sentence: `Use: ${usage}` };
  const places = readPlaces(file);
  if (places === undefined) return { outcome: 'failed', sentence: 'No service runs here. Start it with npm start.' };
  try {
    return { outcome: 'done', sentence: await change(places) };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    return { outcome: 'failed', sentence: `The demo storage did not take the change (${name}).` };
  }
}

function readPlaces(file: string): Places | undefined {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).demo;
  } catch {
    return undefined;
  }
}

async function breakBucket({ s3 }: Places): Promise<string> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'Broken', Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource: arnOf(s3.bucket) }],
  });
  const { sdk, client } = await s3Client(s3);
  await client.send(new sdk.PutBucketPolicyCommand({ Bucket: s3.bucket, Policy }));
  return `${s3.bucket} now has a bucket policy that lets nobody list it; "npm run demo -- mend" deletes the policy.`;
}

async function mendBucket({ s3 }: Places): Promise<string> {
  const { sdk, client } = await s3Client(s3);
  await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket: s3.bucket }));
  return `${s3.bucket} has no bucket policy any more: its keys may do what they could before.`;
}

async function breakContainer({ azure }: Places): Promise<string> {
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const credential = new StorageSharedKeyCredential(azure.accessKey, azure.secretKey);
  await new BlobServiceClient(azure.endpoint, credential).getContainerClient(azure.bucket).deleteIfExists();
  return `${azure.bucket} is deleted, with all it held; "npm run demo -- mend azure" makes it anew with the demo files.`;
}

async function mendContainer({ azure }: Places): Promise<string> {
  const [{ seedContainer }, { demoFiles }] = await Promise.all([
    import('./demo-container.ts'),
    import('./demo-content.ts'),
  ]);
  const account = { name: azure.accessKey, key: azure.secretKey };
  await seedContainer(azure.endpoint, account, azure.bucket, demoFiles(), undefined);
  return `${azure.bucket} is there, with the demo files if it had to be made anew.`;
}

async function s3Client({ endpoint, region, accessKey, secretKey }: Places['s3']) {
  const sdk = await import('@aws-sdk/client-s3');
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  return { sdk, client: new sdk.S3Client({ endpoint, region, forcePathStyle: true, credentials }) };
}
