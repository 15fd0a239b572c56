import * as z from 'zod/mini';
import type { StorageChange } from '../storage-change.ts';

/** What Pub/Sub pushes, wrapped as it does unless told otherwise ("Receive push messages"). */
const push = z.object({ message: z.object({ data: z.nullish(z.string()) }) });

/** An entry of an audit log, as far as it counts here ("Understand audit logs"). */
const entry = z.object({
  resource: z.object({ type: z.literal('gcs_bucket'), labels: z.object({ bucket_name: z.string() }) }),
  protoPayload: z.object({
    serviceName: z.literal('storage.googleapis.com'),
    methodName: z.string(),
    status: z.nullish(z.object({ code: z.nullish(z.number()) })),
  }),
});

/**
 * What the methods that change a bucket change. A bucket that is made anew may make a connection work again. Those on
 * objects are none of them, nor are keys and service accounts, whose entries name no bucket.
 */
const changes = new Map<string, StorageChange['event']>([
  ['storage.setIamPermissions', 'bucket-policy'],
  ['storage.buckets.update', 'storage-changed'],
  ['storage.buckets.patch', 'storage-changed'],
  ['storage.buckets.create', 'storage-changed'],
  ['storage.buckets.restore', 'storage-changed'],
  ['storage.buckets.relocate', 'storage-changed'],
  ['storage.buckets.delete', 'bucket-deleted'],
]);

/** "Bucket names": 3 to 63 characters, up to 222 with dots. */
const bucketName = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;

/**
 * Reads the body of a push, whatever it is.
 *
 * @returns the changes in it: none for a message of no interest, such as a notification about objects; undefined for
 *   what is no push
 */
export function readPush(body: unknown): readonly StorageChange[] | undefined {
  const pushed = push.safeParse(body);
  if (!pushed.success) return undefined;
  const read = entry.safeParse(jsonIn(pushed.data.message.data ?? ''));
  if (!read.success) return [];
  const { resource, protoPayload } = read.data;
  const bucket = resource.labels.bucket_name;
  const event = changes.get(protoPayload.methodName);
  // What was tried and refused is in the log as well.
  if (event === undefined || (protoPayload.status?.code ?? 0) !== 0 || !bucketName.test(bucket)) return [];
  return [{ owner: `google/${bucket}`, bucket, event }];
}

function jsonIn(base64: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')));
  } catch {
    return undefined;
  }
}
