import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { sha256 } from '../auth/canonical.ts';
import { decodeChunks } from '../auth/chunks.ts';
import type { Authenticated } from '../auth/signature.ts';
import { S3Refusal } from '../errors.ts';

/** The largest object the stand-in takes. */
export const MAXIMUM_OBJECT_BYTES = 16 * 1024 * 1024;

/** Bodies that are being received at one time may hold this much memory together; more are told to come back. */
const MAXIMUM_BYTES_IN_FLIGHT = 64 * 1024 * 1024;

/** What chunk headers, signatures and a trailer may add to an upload: a chunk but the last has at least 8 KiB. */
const MAXIMUM_FRAMING_BYTES = 1024 * 1024;

/** The memory that uploads in flight share; one per server. */
export interface PayloadBudget {
  available: number;
}

export function newPayloadBudget(): PayloadBudget {
  return { available: MAXIMUM_BYTES_IN_FLIGHT };
}

/** An upload whose hash and checksums hold. `checksums` are the x-amz-checksum- headers to keep with the object. */
export interface Payload {
  readonly content: Buffer;
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Receives the content of an upload and checks it against everything the request says of it: length, sha256, chunk
 * signatures, Content-MD5 and x-amz-checksum-.
 *
 * @throws S3Refusal when one of them does not hold, when the object would be too large, or when too many uploads are
 *   being received
 */
export async function receivePayload(
  message: IncomingMessage,
  authenticated: Authenticated,
  budget: PayloadBudget,
): Promise<Payload> {
  const { headers, payloadHash } = authenticated;
  const chunked = payloadHash.startsWith('STREAMING-');
  const size = announcedSize(headers, chunked);
  const limit = size + (chunked ? MAXIMUM_FRAMING_BYTES : 0);
  if (budget.available < limit) throw new S3Refusal('SlowDown');
  budget.available -= limit;
  try {
    const raw = await received(message, limit);
    const trailed = payloadHash.endsWith('-TRAILER');
    const { content, trailer } = chunked
      ? decodeChunks(
          raw,
          payloadHash.startsWith('STREAMING-UNSIGNED') ? undefined : authenticated.chunkSigning,
          trailed,
        )
      : { content: raw, trailer: new Map<string, string>() };
    if (content.length !== size) throw new S3Refusal('IncompleteBody');
    checkHash(content, payloadHash);
    checkMd5(content, headers.get('content-md5'));
    return { content, checksums: checkedChecksums(content, headers, trailer) };
  } finally {
    budget.available += limit;
  }
}

/** The number of bytes of the object itself, which must be known before it is received. */
function announcedSize(headers: ReadonlyMap<string, string>, chunked: boolean): number {
  const announced = headers.get(chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (announced === undefined && !chunked && headers.has('transfer-encoding')) {
    throw new S3Refusal('NotImplemented', { details: { Header: 'Transfer-Encoding' } });
  }
  if (announced === undefined || !/^\d{1,15}$/.test(announced)) throw new S3Refusal('MissingContentLength');
  const size = Number(announced);
  if (size > MAXIMUM_OBJECT_BYTES) {
    throw new S3Refusal('EntityTooLarge', { details: { ProposedSize: size, MaxSizeAllowed: MAXIMUM_OBJECT_BYTES } });
  }
  return size;
}

async function received(message: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  // No encoding is set, so the pieces are buffers. The socket must outlive a refusal, which is sent over it.
  const arriving: AsyncIterable<Buffer> = message.iterator({ destroyOnReturn: false });
  for await (const piece of arriving) {
    length += piece.length;
    if (length > limit) throw new S3Refusal('IncompleteBody');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function checkHash(content: Buffer, declared: string): void {
  if (!/^[0-9a-f]{64}$/.test(declared)) return;
  const computed = sha256(content);
  if (computed === declared) return;
  throw new S3Refusal('XAmzContentSHA256Mismatch', {
    details: { ClientComputedContentSHA256: declared, S3ComputedContentSHA256: computed },
  });
}

function checkMd5(content: Buffer, declared: string | undefined): void {
  if (declared === undefined) return;
  const given = Buffer.from(declared, 'base64');
  if (given.length !== 16) throw new S3Refusal('InvalidDigest', { details: { 'Content-MD5': declared } });
  if (!timingSafeEqual(given, createHash('md5').update(content).digest())) throw new S3Refusal('BadDigest');
}

const CHECKSUMS: Readonly<Record<string, (content: Buffer) => string>> = {
  'x-amz-checksum-crc32': (content) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(content));
    return value.toString('base64');
  },
  'x-amz-checksum-sha1': (content) => createHash('sha1').update(content).digest('base64'),
  'x-amz-checksum-sha256': (content) => createHash('sha256').update(content).digest('base64'),
};

/** Headers that begin like a checksum but say something about one. */
const ABOUT_CHECKSUMS = new Set(['x-amz-checksum-mode', 'x-amz-checksum-algorithm', 'x-amz-checksum-type']);

function checkedChecksums(
  content: Buffer,
  headers: ReadonlyMap<string, string>,
  trailer: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const promised = headers.get('x-amz-trailer');
  if (promised !== undefined && !trailer.has(promised.toLowerCase())) throw new S3Refusal('MalformedTrailerError');
  const declared = [...headers, ...trailer].filter(
    ([name]) => name.startsWith('x-amz-checksum-') && !ABOUT_CHECKSUMS.has(name),
  );
  if (headers.has('x-amz-sdk-checksum-algorithm') && declared.length === 0) {
    throw new S3Refusal('InvalidRequest', { message: 'A checksum algorithm was named, but no checksum was sent.' });
  }
  for (const [name, value] of declared) {
    const compute = CHECKSUMS[name];
    if (compute === undefined) throw new S3Refusal('NotImplemented', { details: { Header: name } });
    if (compute(content) !== value) {
      throw new S3Refusal('BadDigest', { message: `The ${name} sent is not that of the content received.` });
    }
  }
  return Object.fromEntries(declared);
}
