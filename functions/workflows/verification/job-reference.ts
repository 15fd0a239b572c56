import * as z from 'zod/mini';

/** The ids that travel through the state machine. */
export const jobReference = z.object({
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  generation: z.int().check(z.nonnegative()),
});
