import * as z from 'zod/mini';
import type { CheckMessage } from '../../../core/records/check-ports.ts';
import { exactSchema } from '../../../core/validation/exact-schema.ts';

const checkMessage = exactSchema<CheckMessage>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('check'), organizationId: z.int(), uid: z.string(), claim: z.string() }),
    z.object({ kind: z.literal('announcement'), uid: z.string(), id: z.string() }),
  ]),
);

/**
 * Reads a message of the queue of checks.
 *
 * @param body JSON as text, or what was parsed of it
 * @throws Error for anything that no sender of this service puts there
 */
export const readCheckMessage = (body: unknown): CheckMessage =>
  checkMessage.parse(typeof body === 'string' ? JSON.parse(body) : body);
