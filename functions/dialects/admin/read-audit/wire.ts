import type { AuditQuery, KeptAuditEntry } from '../../../core/access/audit.ts';
import { parseTimestamp, timestampForm } from '../../../core/validation/parse-timestamp.ts';
import { faultsOf, type Parsed } from '../../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { afterForm, limitIn, optional, uidIn } from '../query-wire.ts';
import { toTime } from '../time-wire.ts';

const mostEntries = 200;

type Part = Omit<AuditQuery, 'organizationId'>;

/** The part of a trail that a query asks for. @throws Refused for everything that is wrong with it */
export const fromAuditQuery = (query: Readonly<Record<string, string>>): Part =>
  unwrapOrRefuse(parsePart(query), (field) => field);

function parsePart(query: Readonly<Record<string, string>>): Parsed<Part, keyof Part> {
  const limit = limitIn(query, mostEntries);
  const after = optional(query, 'after', uidIn, afterForm);
  const from = optional(query, 'from', parseTimestamp, timestampForm);
  const to = optional(query, 'to', parseTimestamp, timestampForm);
  const connection = optional(query, 'connection', uidIn, 'must be the uid of a connection');
  if (!limit.ok || !after.ok || !from.ok || !to.ok || !connection.ok) {
    return { ok: false, faults: faultsOf<keyof Part>(limit, after, from, to, connection) };
  }
  if (from.value !== undefined && to.value !== undefined && from.value > to.value) {
    return { ok: false, faults: [{ field: 'from', code: 'invalid', message: 'must not be later than "to"' }] };
  }
  return {
    ok: true,
    value: {
      limit: limit.value,
      ...(after.value !== undefined && { after: after.value }),
      ...(from.value !== undefined && { from: from.value }),
      ...(to.value !== undefined && { to: to.value }),
      ...(connection.value !== undefined && { connection: connection.value }),
    },
  };
}

/** An entry as its operator sees it. How it ended stands beside the rest; what has not ended has no status. */
export function toEntry(entry: KeptAuditEntry) {
  const { id, at, organizationId, actor, action, endpoint, connections, key = null, asked, from } = entry;
  const { kind, ...ended } = entry.outcome;
  return {
    ...{ id, at: toTime(at), organization: organizationId, actor, action, endpoint, connections, key, asked, from },
    ...{ outcome: kind, status: null, ...ended },
  };
}
