import * as z from 'zod/mini';
import { distance } from './parse-time.ts';

/** As the API answers it; what is not shown is not looked at, and handed on with `--json`. */
export const connection = z.looseObject({
  uid: z.string(),
  name: z.string(),
  organization: z.int(),
  provider: z.string(),
  vendor: z.nullable(z.string()),
  bucket: z.nullable(z.string()),
  status: z.string(),
  since: z.iso.datetime(),
  lastCheck: z.nullable(z.iso.datetime()),
  diagnosis: z.nullable(
    z.object({ code: z.string(), field: z.nullable(z.string()), text: z.string(), remedy: z.string() }),
  ),
  nextCheck: z.nullable(z.iso.datetime()),
  checking: z.boolean(),
  cause: z.nullable(z.string()),
});
export type Connection = z.infer<typeof connection>;

/** Whose storage it is: `s3`, or the vendor that speaks it. */
export const storageOf = ({ provider, vendor }: Connection): string => vendor ?? provider;

/** `secret-key-wrong (secretKey)`; a dash for none. */
export function diagnosisOf({ diagnosis }: Connection): string {
  if (diagnosis === null) return '–';
  return diagnosis.field === null ? diagnosis.code : `${diagnosis.code} (${diagnosis.field})`;
}

/** `in 3 h`, `due`, `now`: when it is looked at next. @param now epoch milliseconds */
export function nextCheckOf({ nextCheck, checking, cause }: Connection, now: number): string {
  if (checking) return 'now';
  const when = nextCheck !== null && Date.parse(nextCheck) <= now ? 'due' : distance(nextCheck, now);
  return cause === null ? when : `${when} (${cause})`;
}
