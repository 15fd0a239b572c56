import { isRecord } from '../../template/intrinsics.ts';
import type { AwsEnvironment } from '../service.ts';
import type { EventContent } from './envelope.ts';
import { eventTime } from './envelope.ts';

/** One entry of a PutEvents request; `Time` is in seconds since 1970. */
export interface PutEventsEntry {
  readonly Time?: number | undefined;
  readonly Source?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
  readonly EventBusName?: string | undefined;
}

/** Why one entry fails while the others do not (EventBridge API Reference, "PutEventsResultEntry"). */
export interface EntryFault {
  readonly ErrorCode: 'InvalidArgument' | 'MalformedDetail' | 'NotAuthorizedForSourceException';
  readonly ErrorMessage: string;
}

/** Whether an entry has everything that makes it an event. */
export function isWhole({ Source, DetailType, Detail }: PutEventsEntry): boolean {
  return [Source, DetailType, Detail].every((part) => part !== undefined && part !== '');
}

/**
 * The size of an entry in bytes (EventBridge User Guide, "Calculating PutEvents event entry size"): a time counts 14,
 * and texts what they take in UTF-8.
 */
export function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text));
  return texts.reduce((sum, bytes) => sum + bytes, Time === undefined ? 0 : 14);
}

/** The event that an entry says, or what is wrong with it. @param now milliseconds since 1970 */
export function contentOf(entry: PutEventsEntry, env: AwsEnvironment, now: number): EventContent | EntryFault {
  const { Source: source, DetailType: type, Detail: text, Resources: resources = [], Time: time } = entry;
  if (!source) return missing('Source');
  if (!type) return missing('DetailType');
  if (!text) return missing('Detail');
  if (type.length > 128) return invalid('DetailType', 'DetailType has at most 128 characters.');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parsed(text);
  if (!isRecord(detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = time === undefined ? now : time * 1000;
  if (Number.isNaN(new Date(at).getTime())) return invalid('Time', 'Time is not a moment.');
  return { ...env, source, 'detail-type': type, detail, resources, time: eventTime(at) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function missing(parameter: string): EntryFault {
  return invalid(parameter, `${parameter} is a required argument.`);
}

/** A fault of one parameter, as EventBridge words it. */
export function invalid(parameter: string, reason: string): EntryFault {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}` };
}
