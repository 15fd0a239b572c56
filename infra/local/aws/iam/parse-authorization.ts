import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of its own signature. */
export interface Claim {
  readonly accessKeyId: string;
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** The headers that are signed. */
  readonly names: readonly string[];
  readonly signature: string;
  /** As it was sent. */
  readonly date: string;
  readonly signedAt: Date;
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** Undefined when there is no complete signature in the `Authorization` header, or no time in `x-amz-date`. */
export function readClaim(headers: IncomingHttpHeaders): Claim | undefined {
  const [whole, accessKeyId = '', day = '', region = '', service = '', names = '', signature = ''] =
    authorizationForm.exec(headers.authorization ?? '') ?? [];
  const date = String(headers['x-amz-date']);
  const signedAt = parseDate(date);
  if (whole === undefined || signedAt === undefined) return undefined;
  return { accessKeyId, day, region, service, names: names.split(';'), signature, date, signedAt };
}

/** `20260131T235959Z` as a date. */
function parseDate(text: string): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  if (year === undefined || month === undefined) return undefined;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** A date as `20260131T235959Z`. */
export function compact(time: Date | number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
