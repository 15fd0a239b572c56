import { randomBytes } from 'node:crypto';
import type { WriteAudit } from '../../../functions/core/ports.ts';
import { admin } from '../../../functions/dialects/admin/dialect.ts';
import { auditRequest, toAuditEntry } from '../../../functions/http/audit-request.ts';
import type { AdminRequest } from '../../../functions/http/endpoints/admin-endpoint.ts';
import { Refused } from '../../../functions/http/problem.ts';
import type { MemoryAudit } from '../../memory/audit.ts';

export const operator = 'arn:aws:iam::000000000000:user/administrator';

/** An operator's request, what is audited of it written to a trail. @param now epoch milliseconds */
export function operatorRequest(
  { path = {}, query = {}, body }: Partial<Pick<AdminRequest, 'path' | 'query' | 'body'>>,
  now: number,
  write: WriteAudit,
): AdminRequest {
  const visit = {
    ...({ actor: { kind: 'operator', arn: operator }, endpoint: 'admin/x', asked: path, reference: 'r', now } as const),
    ...{ from: { ip: '127.0.0.1', agent: 'test' }, random: Math.random },
  };
  return {
    ...{ operator, path, query, body, now, randomBytes },
    audited: (action, id, act) =>
      auditRequest(toAuditEntry(visit, action, id), write, { dialect: admin, reference: 'r' }, act, (error) => {
        throw error;
      }),
  };
}

/** What was refused, of something that has to be. */
export async function problemOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refused)) throw new Error('It was not refused.', { cause: error });
  return error.problem;
}

/** A trail, all organizations' of it, as lines. */
export const linesOf = ({ entries }: MemoryAudit): readonly string[] =>
  [...entries.values()].map(({ action, organizationId, outcome, connections }) => {
    const why = outcome.kind === 'refused' ? ` ${outcome.reason}` : '';
    const status = 'status' in outcome ? ` ${outcome.status}` : '';
    return [`${organizationId} ${action} ${outcome.kind}${status}${why}`, ...connections].join(' ');
  });
