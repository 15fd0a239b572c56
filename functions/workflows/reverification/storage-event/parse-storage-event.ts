import * as z from 'zod/mini';
import { eventSource } from '../../../core/events/events.ts';
import { ownerEvents } from '../../../core/records/check-cause.ts';
import { ownerCalls } from '../../../core/reverification/cloudtrail-calls.ts';
import type { StorageEvent } from '../../../core/reverification/handle-storage-event.ts';
import { uuid } from '../../../core/validation/uuid.ts';

const connectionUid = z.string().check(z.regex(uuid));
const after = z.exactOptional(z.string().check(z.maxLength(100)));

/** Secrets Manager User Guide, "Secret Label Updated event". */
const secretChanged = z.object({
  source: z.literal('aws.secretsmanager'),
  'detail-type': z.literal('Secret Label Updated'),
  detail: z.object({ name: z.string(), labelUpdated: z.literal('AWSCURRENT'), versionId: z.string() }),
});

/** CloudTrail User Guide, "CloudTrail record contents": as far as a call is told by it. */
const ownersCall = z.object({
  source: z.enum(['aws.s3', 'aws.iam']),
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  account: z.string().check(z.regex(/^\d{12}$/)),
  detail: z.object({
    eventName: z.string(),
    // A call that was refused changed nothing, and anybody can make one.
    errorCode: z.optional(z.undefined()),
    requestParameters: z.nullish(z.object({ bucketName: z.optional(z.string()), accessKeyId: z.optional(z.string()) })),
  }),
});

/** What the webhooks hand on (`dialects/notices`). */
const storageChanged = z.object({
  source: z.enum(['azure.storage', 'google.storage']),
  'detail-type': z.literal('StorageChanged'),
  detail: z.object({
    owner: z.string().check(z.regex(/^(?:azure|google)\/./)),
    bucket: z.exactOptional(z.string()),
    event: z.enum(ownerEvents),
  }),
});

const requested = z.object({
  source: z.literal(eventSource),
  'detail-type': z.literal('ReverifyRequested'),
  detail: z.union([
    z.strictObject({ connection: connectionUid }),
    z.strictObject({ organization: z.int(), after }),
    z.strictObject({ all: z.literal(true), after }),
    z.strictObject({ due: z.literal(true) }),
  ]),
});

/**
 * Understands an event as EventBridge delivers it.
 *
 * @param event of any form
 * @returns undefined for what concerns no connection
 */
export function parseStorageEvent(event: unknown): StorageEvent | undefined {
  const secret = secretChanged.safeParse(event);
  if (secret.success) {
    const { name, versionId: version } = secret.data.detail;
    const uid = connectionUid.safeParse(name.slice(name.lastIndexOf('/conn/') + '/conn/'.length));
    return uid.success ? { kind: 'secret', uid: uid.data, version } : undefined;
  }
  const call = ownersCall.safeParse(event);
  if (call.success) return ofCall(call.data);
  const storage = storageChanged.safeParse(event);
  if (storage.success) {
    const { owner, ...what } = storage.data.detail;
    return { kind: 'owner', owners: [owner], ...what };
  }
  const request = requested.safeParse(event);
  return request.success ? { kind: 'request', of: request.data.detail } : undefined;
}

function ofCall({ source, account, detail }: z.infer<typeof ownersCall>): StorageEvent | undefined {
  const event = new Map(Object.entries(ownerCalls[source])).get(detail.eventName);
  if (event === undefined) return undefined;
  const { bucketName: bucket, accessKeyId: accessKey } = detail.requestParameters ?? {};
  const own = `amazon/${account}`;
  switch (source) {
    case 'aws.s3':
      // Connections whose account nobody knows are found by the bucket, whose name no other account has.
      return bucket === undefined ? undefined : { kind: 'owner', owners: [own, 'amazon/'], bucket, event };
    case 'aws.iam':
      return { kind: 'owner', owners: [own], event, ...(accessKey !== undefined && { accessKey }) };
  }
}
