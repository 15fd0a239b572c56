import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request's `Authorization` header and its date. */
export interface ParsedAuthorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD`, from the credential scope. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** Names of the signed headers. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `x-amz-date` as sent. */
  readonly date: string;
  readonly signedAt: Date;
}

const authorizationPattern =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Parses a Signature Version 4. Undefined when `Authorization` is incomplete, or `x-amz-date` holds no time. */
export function parseAuthorization(headers: IncomingHttpHeaders): ParsedAuthorization | undefined {
  const [match, accessKeyId = '', day = '', region = '', service = '', names = '', signature = ''] =
    authorizationPattern.exec(headers.authorization ?? '') ?? [];
  const date = String(headers['x-amz-date']);
  const signedAt = parseDate(date);
  if (match === undefined || signedAt === undefined) return undefined;
  return { accessKeyId, day, region, service, signedHeaders: names.split(';'), signature, date, signedAt };
}

/** Parses a time like `20260131T235959Z`. */
function parseDate(text: string): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  if (year === undefined || month === undefined) return undefined;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** Formats a time like `20260131T235959Z`, in UTC. */
export function toAmzDate(time: Date | number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
