import { type AuditEntry, type AuditedAction, type AuditOutcome, mostConnectionsNamed } from '../core/access/audit.ts';
import type { Actor } from '../core/access/caller.ts';
import type { WriteAudit } from '../core/ports.ts';
import { newUid } from '../core/uid.ts';
import type { Dialect } from './dialect.ts';
import { problemOf } from './problem.ts';
import type { Response } from './response.ts';

/** One request as the trail sees it. */
export interface AuditContext {
  readonly actor: Actor;
  /** `<dialect>/<endpoint>`. */
  readonly endpoint: string;
  readonly asked: Readonly<Record<string, string>>;
  readonly from: AuditEntry['from'];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly random: () => number;
}

/** Longest path parameter that is kept, in characters. */
const longestAsked = 200;

/** An entry about to be written for a visit. */
export const toAuditEntry = (
  { actor, endpoint, asked, from, now, random }: AuditContext,
  action: AuditedAction,
  organizationId: number,
): AuditEntry => ({
  id: newUid(now, random),
  ...{ organizationId, at: now, actor, action, endpoint, connections: [], from },
  asked: Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, value.slice(0, longestAsked)])),
  outcome: { kind: 'unfinished' },
});

/**
 * Does what the trail keeps. Nothing is done that the trail does not know of: the entry is there before, and is
 * completed after. A completion that fails leaves the entry unfinished, which is true, and the answer as it was.
 *
 * @param of whose words the answer will be in, and what finds the log line of a failure
 * @param failing told of a completion that failed
 * @throws what `act` throws, and when the entry could not be written, in which case nothing was done
 */
export async function auditRequest(
  entry: AuditEntry,
  write: WriteAudit,
  of: { readonly dialect: Dialect; readonly reference: string },
  act: () => Promise<Response>,
  failing: (error: unknown) => void,
): Promise<Response> {
  await write(entry);
  const complete = async (outcome: AuditOutcome, trail: Response['trail'] = {}): Promise<void> => {
    const { connections = [], key, organizationId = entry.organizationId } = trail;
    const named = { connections: connections.slice(0, mostConnectionsNamed), ...(key !== undefined && { key }) };
    const concerned = new Set([entry.organizationId, organizationId]);
    await Promise.all(Array.from(concerned, (id) => write({ ...entry, organizationId: id, ...named, outcome }))).catch(
      failing,
    );
  };
  try {
    const answer = await act();
    const { verdict } = answer.trail ?? {};
    await complete({ kind: 'done', status: answer.status, ...(verdict !== undefined && { verdict }) }, answer.trail);
    return answer;
  } catch (error) {
    await complete(toAuditOutcome(error, of));
    throw error;
  }
}

/** How an entry ends that something thrown ended, with the status that its caller saw. */
export function toAuditOutcome(
  error: unknown,
  { dialect, reference }: { readonly dialect: Dialect; readonly reference: string },
): AuditOutcome {
  const problem = problemOf(error, reference);
  const { status } = dialect.word(problem);
  return problem.kind === 'unexpected' ? { kind: 'failed', status } : { kind: 'refused', status, reason: problem.kind };
}
