import * as z from 'zod/mini';
import { busNameOf } from '../../template/resource-names.ts';
import { type AwsEnvironment, type Caller, type JsonService, parseInput, ServiceError } from '../service.ts';
import {
  type EntryFault,
  invalidParameter,
  isComplete,
  measureEntry,
  type PutEventsEntry,
  parseEntry,
} from './entries.ts';
import { type BusEvent, toBusEvent } from './envelope.ts';

/**
 * The limit of all entries together (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html).
 */
const maxRequestBytes = 1_048_576;

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

export interface EventBridgeServiceOptions {
  readonly env: AwsEnvironment;
  /** The names of the existing buses. */
  readonly buses: readonly string[];
  /** Publishes an event; every queue has it when this returns. */
  readonly publish: (event: BusEvent, bus: string) => void;
}

/**
 * Creates the EventBridge service, which supports PutEvents only. A caller needs `events:PutEvents` on the bus of every
 * entry. An invalid entry fails alone, and the others are published.
 */
export function createEventBridgeService({ env, buses, publish }: EventBridgeServiceOptions): JsonService {
  const toArn = (name: string) => `arn:aws:events:${env.region}:${env.account}:event-bus/${name}`;

  const requirePutEvents = ({ EventBusName: busName, Source, DetailType }: PutEventsEntry, caller: Caller): void =>
    caller.require('events:PutEvents', busName?.startsWith('arn:') ? busName : toArn(busName ?? 'default'), {
      ...(Source === undefined ? {} : { 'events:source': [Source] }),
      ...(DetailType === undefined ? {} : { 'events:detail-type': [DetailType] }),
    });

  const publishEntry = (entry: PutEventsEntry): EntryFault | { readonly EventId: string } => {
    const bus = busNameOf(entry.EventBusName);
    const exists =
      buses.includes(bus) && (!entry.EventBusName?.startsWith('arn:') || entry.EventBusName === toArn(bus));
    if (!exists) return invalidParameter('EventBusName', 'The local AWS has no such event bus.');
    const content = parseEntry(entry, env, Date.now());
    if ('ErrorCode' in content) return content;
    const event = toBusEvent(content);
    publish(event, bus);
    return { EventId: event.id };
  };

  return {
    target: 'AWSEvents',
    signingName: 'events',
    operations: {
      PutEvents: async (input, caller) => {
        const { Entries: entries } = parseInput(inputSchema, input);
        for (const entry of entries) requirePutEvents(entry, caller);
        if (!entries.some(isComplete)) {
          throw new ServiceError('ValidationException', 'No entry has each of Source, DetailType and Detail.');
        }
        if (entries.reduce((sum, entry) => sum + measureEntry(entry), 0) > maxRequestBytes) {
          throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
        }
        const Entries = entries.map(publishEntry);
        return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
      },
    },
  };
}
