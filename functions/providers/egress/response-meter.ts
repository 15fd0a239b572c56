import type { Duplex } from 'node:stream';

/**
 * The most that one answer may bring. Bytes alone do not bound what reading an answer costs: 5 MB of the smallest
 * XML elements, or of one text without end, took the SDKs' parsers 300 to 700 MB.
 */
export interface AnswerLimits {
  /** Bytes, the answer's head included. */
  readonly bytes: number;
  /** How often `<` and `&` may come, with which XML begins everything that is not text. */
  readonly marks: number;
  /** Bytes between two of them. */
  readonly run: number;
}

/**
 * Limits for a listing in XML. The largest that a storage has reason to send is a page of 1,000 keys.
 * - A key is 1,024 bytes, each percent-encoded (S3), or 1,024 characters of three bytes (Azure): 3,072 bytes. With
 *   1,100 bytes of markup and properties (Azure; S3 has 400) that makes 4.2 MB.
 * - It has up to 60 tags (Azure; S3 has 18), which leaves 40 escaped characters for each name.
 * - One piece of text is a key, or a continuation token.
 */
export const xmlListing: AnswerLimits = { bytes: 4.5 * 1024 * 1024, marks: 100_000, run: 64 * 1024 };

export interface Meter {
  /** Counts what comes on a new socket. */
  begin<S extends Duplex>(socket: S): S;
  /** A further answer comes on a socket that was kept. */
  again(socket: Duplex): void;
}

const LESS_THAN = 0x3c;
const AMPERSAND = 0x26;

/**
 * Counts what each answer brings, on the socket: there it covers heads, error bodies and bodies that an SDK collects
 * by itself alike. Nothing is decompressed anywhere (no SDK here asks for it), so these are all the bytes there are.
 *
 * @param exceeded told before the socket is destroyed
 */
export function meterOf(limits: AnswerLimits, exceeded: () => void): Meter {
  const received = new WeakMap<Duplex, { bytes: number; marks: number; run: number }>();
  const again = (socket: Duplex) => {
    received.set(socket, { bytes: 0, marks: 0, run: 0 });
  };
  const isTooMuch = (socket: Duplex, chunk: Buffer): boolean => {
    const answer = received.get(socket);
    if (!answer) return true;
    answer.bytes += chunk.length;
    if (answer.bytes > limits.bytes) return true;
    for (const byte of chunk) {
      if (byte === LESS_THAN || byte === AMPERSAND) {
        answer.marks++;
        answer.run = 0;
      } else if (++answer.run > limits.run) {
        return true;
      }
    }
    return answer.marks > limits.marks;
  };
  return {
    again,
    begin(socket) {
      again(socket);
      return socket.on('data', (chunk: Buffer) => {
        if (!isTooMuch(socket, chunk)) return;
        exceeded();
        socket.destroy();
      });
    },
  };
}
