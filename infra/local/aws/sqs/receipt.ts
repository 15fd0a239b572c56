import * as z from 'zod/mini';
import { ServiceError } from '../service.ts';
import type { Message } from './message.ts';
import type { Receipt } from './queue.ts';

const handleSchema = z.tuple([z.string(), z.string(), z.number()]);

/** A handle for the receipt of a message; it holds over restarts. */
export function handleOf(queue: string, { id, receives }: Message): string {
  return Buffer.from(JSON.stringify([queue, id, receives])).toString('base64');
}

/** @throws ServiceError ReceiptHandleIsInvalid for what is no handle, or another queue's */
export function receiptOf(queue: string, handle: string): Receipt {
  try {
    const [name, id, receives] = z.parse(handleSchema, JSON.parse(Buffer.from(handle, 'base64').toString()));
    if (name === queue) return { id, receives };
  } catch {
    // Said below, as for another queue's.
  }
  throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
}
