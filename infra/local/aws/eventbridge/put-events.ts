import * as z from 'zod/mini';
import { busNameOf } from '../../template/resource-names.ts';
import { type AwsEnvironment, type Caller, type JsonService, parseInput, ServiceError } from '../service.ts';
import { contentOf, type EntryFault, invalid, isWhole, type PutEventsEntry, sizeOf } from './entries.ts';
import { type BusEvent, enveloped } from './envelope.ts';

/** Of all entries together: 1 MB since January 2026 (EventBridge API Reference, "PutEvents"). */
const maxBytes = 1_048_576;

const text = z.optional(z.string());
const inputSchema = z.strictObject({
  Entries: z
    .array(
      z.strictObject({
        Time: z.optional(z.number()),
        Source: text,
        Resources: z.optional(z.array(z.string())),
        DetailType: text,
        Detail: text,
        EventBusName: text,
      }),
    )
    .check(z.minLength(1), z.maxLength(10)),
});

export interface PutEventsOptions {
  readonly env: AwsEnvironment;
  /** Names of the buses there are. */
  readonly buses: readonly string[];
  /** Has handed the event to every queue when it returns. */
  readonly publish: (event: BusEvent, bus: string) => void;
}

/**
 * EventBridge on the wire: PutEvents, and nothing else. A caller needs `events:PutEvents` on the bus of every entry;
 * what is wrong with an entry itself fails that entry, and the others are put.
 */
export function createEventBridgeService({ env, buses, publish }: PutEventsOptions): JsonService {
  const arnOf = (name: string) => `arn:aws:events:${env.region}:${env.account}:event-bus/${name}`;

  const allow = ({ EventBusName: given, Source, DetailType }: PutEventsEntry, caller: Caller): void =>
    caller.require('events:PutEvents', given?.startsWith('arn:') ? given : arnOf(given ?? 'default'), {
      ...(Source === undefined ? {} : { 'events:source': [Source] }),
      ...(DetailType === undefined ? {} : { 'events:detail-type': [DetailType] }),
    });

  const put = (entry: PutEventsEntry): EntryFault | { readonly EventId: string } => {
    const bus = busNameOf(entry.EventBusName);
    const isThere =
      buses.includes(bus) && (!entry.EventBusName?.startsWith('arn:') || entry.EventBusName === arnOf(bus));
    if (!isThere) return invalid('EventBusName', 'The local target has no such event bus.');
    const content = contentOf(entry, env, Date.now());
    if ('ErrorCode' in content) return content;
    const event = enveloped(content);
    publish(event, bus);
    return { EventId: event.id };
  };

  return {
    target: 'AWSEvents',
    signingName: 'events',
    operations: {
      PutEvents: async (input, caller) => {
        const { Entries: entries } = parseInput(inputSchema, input);
        for (const entry of entries) allow(entry, caller);
        if (!entries.some(isWhole)) {
          throw new ServiceError('ValidationException', 'No entry has each of Source, DetailType and Detail.');
        }
        if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > maxBytes) {
          throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
        }
        const Entries = entries.map(put);
        return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
      },
    },
  };
}
