import { S3Refusal } from '../errors.ts';
import { scopeText, sha256, signatureOf } from './canonical.ts';
import { type ChunkSigning, sameSignature } from './signature.ts';

const EMPTY_HASH = sha256('');
const SMALLEST_CHUNK_BYTES = 8192;

/** The content of a streaming upload without its framing, and what followed it. Trailer names are lower-case. */
export interface Decoded {
  readonly content: Buffer;
  readonly trailer: ReadonlyMap<string, string>;
}

/**
 * Takes an aws-chunked body apart (Amazon S3 API Reference, "Transferring Payload in Multiple Chunks", with and
 * without trailing headers): chunks of `<hex size>[;chunk-signature=<hex>]\r\n<bytes>\r\n`, the last of size 0.
 *
 * @param signing what chunks and trailer are signed with; undefined when they are not signed
 * @param trailed whether trailing headers follow the last chunk
 * @throws S3Refusal IncompleteBody, InvalidChunkSizeError, MalformedTrailerError or SignatureDoesNotMatch
 */
export function decodeChunks(raw: Buffer, signing: ChunkSigning | undefined, trailed: boolean): Decoded {
  const pieces: Buffer[] = [];
  let previous = signing?.seed ?? '';
  let offset = 0;
  for (;;) {
    const { size, signature, start } = chunkHead(raw, offset);
    const bytes = raw.subarray(start, start + size);
    if (signing !== undefined) {
      const text = chunkText('AWS4-HMAC-SHA256-PAYLOAD', signing, previous, EMPTY_HASH, sha256(bytes));
      requireSignature(signing, text, signature);
      previous = signature;
    }
    if (size === 0) {
      if (trailed) return { content: Buffer.concat(pieces), trailer: readTrailer(raw, start, signing, previous) };
      if (raw.toString('latin1', start) !== '\r\n') throw new S3Refusal('IncompleteBody');
      return { content: Buffer.concat(pieces), trailer: new Map() };
    }
    // A short chunk may only be the last one with content.
    const last = pieces.at(-1);
    if (last !== undefined && last.length < SMALLEST_CHUNK_BYTES) throw new S3Refusal('InvalidChunkSizeError');
    offset = start + size + 2;
    if (raw.toString('latin1', start + size, offset) !== '\r\n') throw new S3Refusal('IncompleteBody');
    pieces.push(bytes);
  }
}

function chunkHead(
  raw: Buffer,
  offset: number,
): { readonly size: number; readonly signature: string; readonly start: number } {
  const end = raw.indexOf('\r\n', offset);
  const line = end === -1 || end - offset > 256 ? '' : raw.toString('latin1', offset, end);
  const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (match === null) throw new S3Refusal('IncompleteBody');
  const size = Number.parseInt(match[1] ?? '', 16);
  const start = end + 2;
  if (start + size > raw.length) throw new S3Refusal('IncompleteBody');
  return { size, signature: match[2] ?? '', start };
}

function readTrailer(
  raw: Buffer,
  offset: number,
  signing: ChunkSigning | undefined,
  previous: string,
): ReadonlyMap<string, string> {
  const lines = raw
    .toString('latin1', offset)
    .split('\r\n')
    .filter((line) => line !== '');
  const trailer = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3Refusal('MalformedTrailerError');
    trailer.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const signature = trailer.get('x-amz-trailer-signature') ?? '';
  trailer.delete('x-amz-trailer-signature');
  if (signing !== undefined) {
    const canonical = [...trailer].map(([name, value]) => `${name}:${value}\n`).join('');
    requireSignature(signing, chunkText('AWS4-HMAC-SHA256-TRAILER', signing, previous, sha256(canonical)), signature);
  }
  return trailer;
}

function chunkText(algorithm: string, signing: ChunkSigning, previous: string, ...hashes: readonly string[]): string {
  return [algorithm, signing.time, scopeText(signing.scope), previous, ...hashes].join('\n');
}

function requireSignature(signing: ChunkSigning, text: string, given: string): void {
  if (sameSignature(signatureOf(signing.key, text), given)) return;
  throw new S3Refusal('SignatureDoesNotMatch', { details: { StringToSign: text, SignatureProvided: given } });
}
