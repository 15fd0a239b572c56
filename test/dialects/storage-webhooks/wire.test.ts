import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostEvents, readDelivery } from '../../../functions/dialects/storage-webhooks/azure-event-grid/wire.ts';
import { readPush } from '../../../functions/dialects/storage-webhooks/google-pubsub/wire.ts';
import { type StorageChange, toStorageEvents } from '../../../functions/dialects/storage-webhooks/storage-change.ts';
import { auditEntry, pushOf, resourceEvent, resourceId } from './sent.ts';

const write = 'ResourceWriteSuccess';
const remove = 'ResourceDeleteSuccess';
const action = 'ResourceActionSuccess';
const container = '/blobServices/default/containers/photos';
const owner = 'azure/holidays';
const storageChanged = { owner, event: 'storage-changed' };
const inContainer = (event: string) => ({ owner, bucket: 'photos', event });

describe('what Event Grid tells', () => {
  const changesOf = (...events: readonly unknown[]) => {
    const delivery = readDelivery(events);
    return delivery.kind === 'changes' ? delivery.changes : delivery.kind;
  };

  it.each([
    [write, '', 'write', storageChanged],
    [remove, '', 'delete', { owner, event: 'bucket-deleted' }],
    [write, '/blobServices/default', 'blobServices/write', storageChanged],
    [write, '/encryptionScopes/scope', 'encryptionScopes/write', storageChanged],
    [remove, '/privateEndpointConnections/one', 'privateEndpointConnections/delete', storageChanged],
    [write, container, 'blobServices/containers/write', inContainer('storage-changed')],
    [remove, container, 'blobServices/containers/delete', inContainer('bucket-deleted')],
    [remove, `${container}/immutabilityPolicies/default`, 'x/delete', inContainer('bucket-policy')],
    [write, `${container}/immutabilityPolicies/default`, 'x/write', inContainer('bucket-policy')],
    [write, container.toUpperCase(), 'x/write', inContainer('storage-changed')],
    [write, '/blobServices/default/containers/$web', 'x/write', { owner, bucket: '$web', event: 'storage-changed' }],
    [action, '', 'regenerateKey/action', { owner, event: 'access-key' }],
    [action, '', 'regeneratekey/action', { owner, event: 'access-key' }],
    [action, '', 'failover/action', storageChanged],
  ])('by %s at %j of %s is a change', (type, below, operation, change) => {
    expect(changesOf(resourceEvent(type, resourceId('holidays', below), operation))).toEqual([change]);
  });

  it.each([
    ['keys that were listed', resourceEvent(action, resourceId(), 'listKeys/action')],
    ['a signature that was asked for', resourceEvent(action, resourceId(), 'listAccountSas/action')],
    ['a failure', resourceEvent('ResourceWriteFailure', resourceId())],
    ['a queue', resourceEvent(write, resourceId('holidays', '/queueServices/default/queues/one'))],
    ['a role', resourceEvent(write, resourceId('holidays', '/providers/Microsoft.Authorization/roleAssignments/one'))],
    ['another service', resourceEvent(write, resourceId().replace('Microsoft.Storage', 'Microsoft.Compute'))],
    ['a resource below another', resourceEvent(write, `/x${resourceId()}`)],
    ['a name that is too short', resourceEvent(write, resourceId('ab'))],
    ['a name that is too long', resourceEvent(write, resourceId('a'.repeat(25)))],
    ['a name that is none', resourceEvent(write, resourceId('holi-days'))],
    ['a container that is none', resourceEvent(write, resourceId('holidays', `${container}--2`))],
    ['a container whose name is too long', resourceEvent(write, resourceId('holidays', container + 'x'.repeat(60)))],
    ['a subject that is too long', resourceEvent(write, resourceId('holidays', `${container}/${'x'.repeat(2_000)}`))],
    ['an action without its name', { ...resourceEvent(action, resourceId()), data: null }],
    [
      'a blob',
      {
        eventType: 'Microsoft.Storage.BlobCreated',
        subject: '/blobServices/default/containers/photos/blobs/one.jpg',
        topic: resourceId(),
        data: {},
      },
    ],
    ['the end of a subscription', { eventType: 'Microsoft.EventGrid.SubscriptionDeletedEvent', subject: '', data: {} }],
    ['what is no event', 7],
  ])('about %s is none', (_, event) => {
    expect(changesOf(event, resourceEvent(write, resourceId()))).toEqual([storageChanged]);
  });

  it('first is a code that it wants back', () => {
    const asking = (validationCode: unknown) => [
      { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', subject: '', data: { validationCode } },
    ];
    const code = '512d38b6-c7b8-40c8-89fe-f46f9e9622b6';
    expect(readDelivery(asking(code))).toEqual({ kind: 'handshake', code });
    for (const wrong of ['', '<b>', 'x'.repeat(101), 7, undefined]) {
      expect(readDelivery(asking(wrong))).toEqual({ kind: 'changes', changes: [] });
    }
  });

  it('is a bounded array', () => {
    const many = (count: number) => Array.from({ length: count }, () => resourceEvent(write, resourceId()));
    expect(changesOf(...many(mostEvents))).toHaveLength(mostEvents);
    expect(changesOf(...many(mostEvents + 1))).toBe('unreadable');
    for (const other of [undefined, null, {}, resourceEvent(write, resourceId())]) {
      expect(readDelivery(other)).toEqual({ kind: 'unreadable' });
    }
  });
});

describe('what Pub/Sub pushes', () => {
  it.each([
    ['storage.setIamPermissions', 'bucket-policy'],
    ['storage.buckets.update', 'storage-changed'],
    ['storage.buckets.create', 'storage-changed'],
    ['storage.buckets.delete', 'bucket-deleted'],
  ])('by %s is a change', (method, event) => {
    const change = { owner: 'google/holiday.photos_1', bucket: 'holiday.photos_1', event };
    expect(readPush(pushOf(auditEntry(method, 'holiday.photos_1')))).toEqual([change]);
    const done = auditEntry(method, 'holiday.photos_1', { status: { code: 0 } });
    expect(readPush(pushOf(done))).toEqual([change]);
  });

  it.each([
    ['an object that was written', { message: { attributes: { bucketId: 'photos', eventType: 'OBJECT_FINALIZE' } } }],
    ['its description', pushOf({ kind: 'storage#object', bucket: 'photos' })],
    ['what was tried and refused', pushOf(auditEntry('storage.buckets.delete', 'photos', { status: { code: 7 } }))],
    ['a method on objects', pushOf(auditEntry('storage.objects.update'))],
    ['a method of every object', pushOf(auditEntry('constructor'))],
    ['another service', pushOf(auditEntry('storage.buckets.update', 'photos', { serviceName: 'example.com' }))],
    ['a bucket that is none', pushOf(auditEntry('storage.buckets.update', 'Photos'))],
    ['a bucket with a slash', pushOf(auditEntry('storage.buckets.update', 'photos/../x'))],
    ['a bucket whose name is too long', pushOf(auditEntry('storage.buckets.update', 'x'.repeat(223)))],
    ['what is no JSON', { message: { data: 'AAAA' } }],
    ['what is not in base64', { message: { data: '%%%' } }],
    ['nothing', { message: {} }],
  ])('about %s is none', (_, push) => {
    expect(readPush(push)).toEqual([]);
  });

  it('is wrapped', () => {
    for (const other of [undefined, null, [], {}, auditEntry('storage.buckets.update'), { message: { data: 7 } }]) {
      expect(readPush(other)).toBeUndefined();
    }
  });
});

describe('whatever is sent', () => {
  const owners = /^(?:azure\/[a-z0-9]{3,24}|google\/[a-z0-9._-]{3,222})$/;
  const told = ['storage-changed', 'bucket-policy', 'bucket-deleted', 'access-key'];
  const fits = ({ owner, bucket, event, ...more }: StorageChange) =>
    owners.test(owner) &&
    told.includes(event) &&
    /^[a-z0-9$._-]{0,222}$/.test(bucket ?? '') &&
    Object.keys(more).length === 0;
  const text = fc.oneof(fc.string(), fc.constantFrom('photos', '$web', container, '..', '%2F', '\u0000'));

  it('is changes by the names that there are, or refused', () => {
    const event = fc.record({
      eventType: fc.constantFrom(...[write, remove, action].map((type) => `Microsoft.Resources.${type}`)),
      subject: fc.tuple(text, text).map(([name, below]) => resourceId(name, below)),
      data: fc.oneof(fc.jsonValue(), fc.record({ operationName: text })),
    });
    const body = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(event, fc.jsonValue())));
    fc.assert(
      fc.property(body, (sent) => {
        const delivery = readDelivery(sent);
        if (delivery.kind === 'changes') expect(delivery.changes.every(fits)).toBe(true);
      }),
    );
    const push = fc.oneof(
      fc.jsonValue(),
      text,
      fc.tuple(text, text).map(([method, bucket]) => auditEntry(method, bucket)),
    );
    fc.assert(
      fc.property(push, fc.boolean(), (sent, wrapped) => {
        const changes = readPush(wrapped ? pushOf(sent) : sent);
        expect(changes?.every(fits) ?? true).toBe(true);
      }),
    );
  });
});

it('is handed on once, in the form of events', () => {
  const change = { owner, bucket: 'photos', event: 'bucket-deleted' } as const;
  expect(toStorageEvents('azure.storage', [change, { ...change }, { owner, event: 'access-key' }])).toEqual([
    { source: 'azure.storage', 'detail-type': 'StorageChanged', detail: change },
    { source: 'azure.storage', 'detail-type': 'StorageChanged', detail: { owner, event: 'access-key' } },
  ]);
});
