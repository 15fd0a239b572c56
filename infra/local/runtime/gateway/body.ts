import type { IncomingMessage } from 'node:http';

/** The largest request a REST API takes. */
export const largestBody = 10 * 1024 * 1024;

/**
 * Reads a request's body whole.
 *
 * @returns undefined for no body, `too large` as soon as it is known to be
 * @throws Error when the client goes away before its end
 */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined | 'too large'> {
  if (Number(message.headers['content-length'] ?? 0) > largestBody) return discarded(message);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not `for await`: leaving that loop would destroy the request, and with it the connection the answer is sent on.
  await new Promise<void>((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= largestBody) chunks.push(chunk);
      else resolve();
    });
    message.on('end', resolve);
    message.on('error', reject);
    message.on('close', () => reject(new Error('The client went away.')));
  });
  if (bytes > largestBody) return discarded(message);
  return bytes === 0 ? undefined : Buffer.concat(chunks, bytes);
}

/** A client reads the answer only after it has sent everything, so the rest is taken and thrown away. */
function discarded(message: IncomingMessage): 'too large' {
  message.removeAllListeners('data');
  message.resume();
  return 'too large';
}
