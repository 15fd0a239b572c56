import * as z from 'zod/mini';
import type { StorageChange } from '../storage-change.ts';

/** What Event Grid sends, as far as it counts here ("Azure Event Grid event schema"). */
export type Delivery =
  /** The first event of a subscription; it is answered with its code. */
  | { readonly kind: 'handshake'; readonly code: string }
  /** Those of no interest left out. */
  | { readonly kind: 'changes'; readonly changes: readonly StorageChange[] }
  | { readonly kind: 'unreadable' };

/** Events in one request. A subscription sends one at a time unless it is told otherwise, and 5,000 at most. */
export const mostEvents = 1_000;

const events = z.array(z.unknown()).check(z.maxLength(mostEvents));
const event = z.object({
  eventType: z.string().check(z.maxLength(200)),
  /** Of events about resources: the id of the resource. */
  subject: z.string().check(z.maxLength(2_000)),
  data: z.unknown(),
});
const handshake = z.object({
  eventType: z.literal('Microsoft.EventGrid.SubscriptionValidationEvent'),
  // It is sent back, so nothing that could be taken for anything else.
  data: z.object({ validationCode: z.string().check(z.regex(/^[\w-]{1,100}$/)) }),
});
const operation = z.object({ operationName: z.string().check(z.maxLength(200)) });

/** Reads the body of a delivery, whatever it is. */
export function readDelivery(body: unknown): Delivery {
  const sent = events.safeParse(body);
  if (!sent.success) return { kind: 'unreadable' };
  const [first] = sent.data;
  const asked = handshake.safeParse(first);
  if (asked.success) return { kind: 'handshake', code: asked.data.data.validationCode };
  return { kind: 'changes', changes: sent.data.flatMap((one) => changeIn(one) ?? []) };
}

function changeIn(sent: unknown): StorageChange | undefined {
  const read = event.safeParse(sent);
  const place = read.success ? placeIn(read.data.subject) : undefined;
  if (!read.success || !place) return undefined;
  switch (read.data.eventType) {
    case 'Microsoft.Resources.ResourceActionSuccess':
      return changedBy(read.data.data, place.of.owner);
    case 'Microsoft.Resources.ResourceWriteSuccess':
      return changedAt(place, 'storage-changed');
    case 'Microsoft.Resources.ResourceDeleteSuccess':
      return changedAt(place, 'bucket-deleted');
    default:
      return undefined;
  }
}

/** @param itself what happened to the account or the container, if it is the one */
function changedAt({ of, below }: Place, itself: StorageChange['event']): StorageChange | undefined {
  if (below === '') return { ...of, event: itself };
  // What hangs on a container are policies, such as how long its blobs are kept.
  if (of.bucket !== undefined) return { ...of, event: 'bucket-policy' };
  return decidesOnBlobs.test(below) ? { ...of, event: 'storage-changed' } : undefined;
}

/** Of what an account has: its blob service, and what decides whether blobs can be reached and read. */
const decidesOnBlobs = /^\/blobservices(?:\/default)?$|^\/(?:encryptionscopes|privateendpointconnections)\//;

/** Most actions, such as listing keys, change nothing. Their names are written in more ways than one. */
function changedBy(data: unknown, owner: string): StorageChange | undefined {
  const { success, data: action } = operation.safeParse(data);
  if (!success) return undefined;
  switch (action.operationName.toLowerCase()) {
    case 'microsoft.storage/storageaccounts/regeneratekey/action':
      return { owner, event: 'access-key' };
    case 'microsoft.storage/storageaccounts/failover/action':
      return { owner, event: 'storage-changed' };
    default:
      return undefined;
  }
}

/** Where a resource is. */
interface Place {
  readonly of: Pick<StorageChange, 'owner' | 'bucket'>;
  /** What hangs on the account or the container, in lower case; empty for the one itself. */
  readonly below: string;
}

const account =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.storage\/storageaccounts\/([^/]+)(\/.+)?$/;
/** "Storage account name": 3 to 24 lower-case letters and digits. */
const accountName = /^[a-z0-9]{3,24}$/;
const container = /^\/blobservices\/default\/containers\/([^/]+)(\/.+)?$/;
/** "Naming containers": 3 to 63 lower-case letters, digits and single hyphens; some of Azure's own begin with `$`. */
const containerName = /^(?=.{3,63}$)\$?[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Ids of resources do not tell upper from lower case. */
function placeIn(subject: string): Place | undefined {
  const [, name = '', ofAccount = ''] = account.exec(subject.toLowerCase()) ?? [];
  if (!accountName.test(name)) return undefined;
  const owner = `azure/${name}`;
  const [, bucket, ofContainer = ''] = container.exec(ofAccount) ?? [];
  if (bucket === undefined) return { of: { owner }, below: ofAccount };
  return containerName.test(bucket) ? { of: { owner, bucket }, below: ofContainer } : undefined;
}
