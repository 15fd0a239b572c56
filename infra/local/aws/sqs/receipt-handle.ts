import * as z from 'zod/mini';
import { ServiceError } from '../service.ts';
import type { Message } from './message.ts';
import type { Receipt } from './queue.ts';

const handleSchema = z.tuple([z.string(), z.string(), z.number()]);

/** Encodes the receipt of a message as a handle, which stays valid across restarts. */
export function toReceiptHandle(queue: string, { id, receives }: Message): string {
  return Buffer.from(JSON.stringify([queue, id, receives])).toString('base64');
}

/** Decodes a handle. @throws ServiceError ReceiptHandleIsInvalid for a malformed handle or another queue's */
export function parseReceiptHandle(queue: string, handle: string): Receipt {
  try {
    const [name, id, receives] = z.parse(handleSchema, JSON.parse(Buffer.from(handle, 'base64').toString()));
    if (name === queue) return { id, receives };
  } catch {
    // A malformed handle is refused below, like another queue's.
  }
  throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}
