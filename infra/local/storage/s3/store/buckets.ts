import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBucketName } from '../address.ts';
import { sha256 } from '../auth/canonical.ts';
import { diskObjects } from './disk.ts';
import type { S3Bucket } from './model.ts';
import { memoryObjects, type ObjectStore } from './objects.ts';
import { openPolicy, type PolicyStore } from './policy-store.ts';

/** A bucket that is being served. */
export interface ServedBucket {
  readonly name: string;
  readonly region: string;
  readonly owner: string | undefined;
  readonly cors: boolean;
  readonly accelerate: boolean;
  readonly created: Date;
  readonly objects: ObjectStore;
  readonly policy: PolicyStore;
}

/**
 * Opens a bucket and, when it is new, puts its first objects there. A bucket in the data directory counts as new until
 * all of them are there, so that a start that was interrupted is made good by the next.
 *
 * @param dataDir where buckets are kept; undefined: in memory
 * @throws Error when S3 would not allow the name, or the policy that is kept is none
 */
export async function openBucket(bucket: S3Bucket, dataDir: string | undefined): Promise<ServedBucket> {
  if (!isBucketName(bucket.name)) throw new Error(`"${bucket.name}" cannot be the name of a bucket`);
  const directory = dataDir === undefined ? undefined : join(dataDir, sha256(bucket.name));
  const { objects, created } = directory === undefined ? await newInMemory(bucket) : await onDisk(bucket, directory);
  return {
    name: bucket.name,
    region: bucket.region,
    owner: bucket.owner,
    cors: bucket.cors ?? false,
    accelerate: bucket.accelerate ?? false,
    created,
    objects,
    policy: openPolicy(bucket.name, directory === undefined ? undefined : join(directory, 'policy.json')),
  };
}

type Contents = Pick<ServedBucket, 'objects' | 'created'>;

async function newInMemory(bucket: S3Bucket): Promise<Contents> {
  const objects = memoryObjects();
  await seed(objects, bucket);
  return { objects, created: new Date() };
}

async function onDisk(bucket: S3Bucket, directory: string): Promise<Contents> {
  const objects = await diskObjects(join(directory, 'objects'));
  const complete = join(directory, 'complete');
  let marker = await stat(complete).catch(() => undefined);
  if (marker === undefined) {
    await seed(objects, bucket);
    await writeFile(complete, '');
    marker = await stat(complete);
  }
  return { objects, created: marker.mtime };
}

async function seed(objects: ObjectStore, bucket: S3Bucket): Promise<void> {
  for (const [key, content] of Object.entries(bucket.objects ?? {})) {
    if (objects.head(key) === undefined) await objects.put(key, Buffer.from(content), contentType(key));
  }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
};

/** What a careful uploader says of a file, by the ending of its name. */
export function contentType(key: string): Readonly<Record<string, string>> {
  const type = CONTENT_TYPES[key.slice(key.lastIndexOf('.') + 1)];
  return { 'content-type': type ?? 'binary/octet-stream' };
}
