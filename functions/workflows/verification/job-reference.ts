import * as z from 'zod/mini';
import type { JobReference } from '../../core/records/job.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';

/** The ids that travel through the state machine. */
export const jobReference = exactSchema<JobReference>()(
  z.object({
    fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    generation: z.int().check(z.nonnegative()),
  }),
);
