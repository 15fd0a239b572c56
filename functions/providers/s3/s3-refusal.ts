import * as z from 'zod/mini';
import { readVendorHost } from '../../core/storage/vendor-hosts.ts';
import type { S3Refusal } from './s3-diagnosis.ts';

/** What the SDK's errors have in common once there was an answer. `Code` is there only if the body said so. */
const answered = z.object({
  $metadata: z.object({ httpStatusCode: z.number() }),
  Code: z.optional(z.string()),
  Region: z.optional(z.string()),
  /** An element that is there twice, or has elements, is no text; then it is not read. */
  Endpoint: z.catch(z.optional(z.string()), undefined),
  ArgumentName: z.catch(z.optional(z.string()), undefined),
  /** Google's XML API says the cause here, and the kind in the message. */
  Details: z.catch(z.optional(z.string()), undefined),
  message: z.optional(z.string()),
  $response: z.optional(z.object({ headers: z.record(z.string(), z.string()), body: z.optional(z.unknown()) })),
});

/** What the storage said in refusing; nothing when there was no answer. */
export function readRefusal(error: unknown): S3Refusal | undefined {
  const read = answered.safeParse(error);
  if (!read.success) return undefined;
  const { Code, Region, Endpoint, ArgumentName, Details, message = '', $metadata, $response } = read.data;
  const region = Region ?? $response?.headers['x-amz-bucket-region'] ?? regionOfHost(Endpoint);
  const status = $metadata.httpStatusCode;
  if (Code === undefined) {
    const location = $response?.headers['location'];
    return { status, text: textIn($response?.body, error), ...(location !== undefined && { location }) };
  }
  const said = Details === undefined ? message : `${message} ${Details}`;
  return {
    status,
    code: Code,
    message: said,
    ...(ArgumentName !== undefined && { argument: ArgumentName }),
    ...(region !== undefined && { region }),
  };
}

/** The region of a host that a redirect names, where a vendor's hosts spell theirs. The host is not gone to. */
const regionOfHost = (endpoint: string | undefined): string | undefined =>
  endpoint === undefined ? undefined : readVendorHost(endpoint.slice(0, 300).toLowerCase())?.region;

/** The most of an answer that is read where it is no error document. */
const maxTextLength = 2000;

/** What was sent: the SDK keeps a body that is no XML, and puts the elements of other XML onto its error. */
function textIn(body: unknown, error: unknown): string {
  if (typeof body === 'string') return body.slice(0, maxTextLength);
  const texts: string[] = [];
  gatherTexts(error, 5, texts);
  return texts.join(' ').slice(0, maxTextLength);
}

/** Gathers the first texts in an error's own elements; a large answer is not gone through as a whole. */
function gatherTexts(value: unknown, depth: number, texts: string[]): void {
  if (texts.length >= 40) return;
  if (typeof value === 'string') texts.push(value.slice(0, maxTextLength));
  if (typeof value !== 'object' || value === null || depth === 0) return;
  for (const key in value) {
    if (Object.hasOwn(value, key)) gatherTexts(Reflect.get(value, key), depth - 1, texts);
  }
}
