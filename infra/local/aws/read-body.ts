import type { IncomingMessage } from 'node:http';
import { ServiceError } from './service.ts';

/** The largest request of any service here is a DynamoDB batch of 16 MB. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Reads a request's body. @throws ServiceError RequestEntityTooLarge for more than 16 MiB */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBodyBytes) throw new ServiceError('RequestEntityTooLarge', 'The request is too large.', {}, 413);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
