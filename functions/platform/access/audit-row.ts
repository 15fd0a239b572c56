import * as z from 'zod/mini';
import type { AuditQuery, KeptAuditEntry } from '../../core/access/audit.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';

const actor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('key'), key: z.string() }),
  z.object({ kind: z.literal('token'), subject: z.string() }),
  z.object({ kind: z.literal('operator'), arn: z.string() }),
]);

const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unfinished') }),
  z.object({ kind: z.literal('done'), status: z.int(), verdict: z.exactOptional(z.string()) }),
  z.object({ kind: z.literal('refused'), status: z.int(), reason: z.string() }),
  z.object({ kind: z.literal('failed'), status: z.int() }),
]);

/** Names that change over the years (actions, endpoints, verdicts, reasons) are any text. */
const auditRow = exactSchema<KeptAuditEntry & { readonly ttl: number }>()(
  z.object({
    id: z.string(),
    organizationId: z.int(),
    at: z.int(),
    actor,
    action: z.string(),
    endpoint: z.string(),
    connections: z.array(z.string()),
    key: z.exactOptional(z.string()),
    asked: z.record(z.string(), z.string()),
    from: z.object({ ip: z.string(), agent: z.string() }),
    outcome,
    ttl: z.int(),
  }),
);

/**
 * Reads a row of the trail.
 *
 * @returns the entry, and the moment from which on it does not count (epoch milliseconds)
 * @throws when the table holds something else
 */
export function toAuditEntry(row: unknown): { readonly entry: KeptAuditEntry; readonly expiresAt: number } {
  const { ttl, ...entry } = auditRow.parse(row);
  return { entry, expiresAt: ttl * 1000 };
}

const latestMoment = 2 ** 48 - 1;

/** What the ids of a moment begin with (RFC 9562, section 5.7): before all of them, and after all earlier ones. */
function beginningOf(moment: number): string {
  const digits = moment.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}

/** The ids that a query can be about, from first to last, both included; undefined when there are none. */
export function idsIn({
  after,
  from = 0,
  to = latestMoment,
}: Pick<AuditQuery, 'after' | 'from' | 'to'>): { readonly first: string; readonly last: string } | undefined {
  if (from > latestMoment || to < 0) return undefined;
  const first = beginningOf(Math.max(0, Math.ceil(from)));
  const end = to < latestMoment ? beginningOf(Math.floor(to) + 1) : 'g';
  const last = after !== undefined && after < end ? after : end;
  return first <= last ? { first, last } : undefined;
}
