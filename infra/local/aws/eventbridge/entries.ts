import { isRecord } from '../../template/intrinsics.ts';
import type { AwsEnvironment } from '../service.ts';
import type { EventContent } from './envelope.ts';
import { formatEventTime } from './envelope.ts';

/** One entry of a PutEvents request; `Time` is in seconds since 1970. */
export interface PutEventsEntry {
  readonly Time?: number | undefined;
  readonly Source?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
  readonly EventBusName?: string | undefined;
}

/**
 * The error of one entry (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html).
 */
export interface EntryFault {
  readonly ErrorCode: 'InvalidArgument' | 'MalformedDetail' | 'NotAuthorizedForSourceException';
  readonly ErrorMessage: string;
}

/** Whether an entry has a source, a type and a detail. */
export function isComplete({ Source, DetailType, Detail }: PutEventsEntry): boolean {
  return [Source, DetailType, Detail].every((part) => part !== undefined && part !== '');
}

/**
 * Measures an entry in bytes as EventBridge does: a time counts 14, and texts their UTF-8 bytes
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html).
 */
export function measureEntry({
  Time,
  Source = '',
  DetailType = '',
  Detail = '',
  Resources = [],
}: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text));
  return texts.reduce((sum, bytes) => sum + bytes, Time === undefined ? 0 : 14);
}

/** Converts an entry to an event's content, or gives its error. @param now milliseconds since 1970 */
export function parseEntry(entry: PutEventsEntry, env: AwsEnvironment, now: number): EventContent | EntryFault {
  const { Source: source, DetailType: type, Detail: text, Resources: resources = [], Time: time } = entry;
  if (!source) return missingArgument('Source');
  if (!type) return missingArgument('DetailType');
  if (!text) return missingArgument('Detail');
  if (type.length > 128) return invalidParameter('DetailType', 'DetailType has at most 128 characters.');
  if (source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseJson(text);
  if (!isRecord(detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const timeMs = time === undefined ? now : time * 1000;
  if (Number.isNaN(new Date(timeMs).getTime())) return invalidParameter('Time', 'Time is not a valid time.');
  return { ...env, source, 'detail-type': type, detail, resources, time: formatEventTime(timeMs) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function missingArgument(parameter: string): EntryFault {
  return invalidParameter(parameter, `${parameter} is a required argument.`);
}

/** Creates the error of an invalid parameter, as EventBridge words it. */
export function invalidParameter(parameter: string, reason: string): EntryFault {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${reason}` };
}
