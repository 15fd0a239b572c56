import type { Ports } from '../ports.ts';
import type { Connection } from '../records/connection.ts';
import { recordVerdict, recordVerdictNeeds } from '../records/record-verdict.ts';
import { toFailureUnasked, type Verdict } from '../records/verdict.ts';
import type { StorageTarget } from '../storage/target.ts';
import {
  type Progress,
  type VerifyContext,
  verifyUnsaved,
  verifyUnsavedNeeds,
} from '../verification/verify-unsaved.ts';
import { type ConnectionSelector, findConnection } from './find-connection.ts';
import { mayUseStoredSecret } from './secret-cleanup.ts';

/** The ports that verifying with a stored secret takes. */
export const verifyConnectionNeeds = [
  ...verifyUnsavedNeeds,
  'connections.read',
  ...recordVerdictNeeds,
  'credentials.read',
] as const satisfies readonly (keyof Ports)[];
type Needs = Pick<Ports, (typeof verifyConnectionNeeds)[number]>;

export type SavedProgress =
  | { readonly result: 'told'; readonly progress: Progress; readonly connection: Connection }
  | { readonly result: 'not-found' }
  /** The target is not where the stored secret was stored for: it has to be sent. */
  | { readonly result: 'secret-required' };

export interface SavedContext extends VerifyContext {
  /** Logs an error that does not end the request. */
  readonly report: (error: unknown) => void;
}

/**
 * Verifies with the stored secret of a connection. What is found of the very place that the connection is for is
 * recorded on it.
 *
 * @param at the target, made of the connection it belongs to
 * @throws Throttled
 */
export async function verifyConnection(
  organizationId: number,
  which: ConnectionSelector,
  at: (connection: Connection) => StorageTarget,
  ports: Needs,
  context: SavedContext,
): Promise<SavedProgress> {
  const connection = await findConnection(ports['connections.read'], organizationId, which);
  if (!connection) return { result: 'not-found' };
  const target = at(connection);
  if (!mayUseStoredSecret(connection, target)) return { result: 'secret-required' };
  const secret = await ports['credentials.read'](connection.uid, connection.credential.version);
  if (!secret) return { result: 'not-found' };
  const asked = { organizationId, target, credential: secret };
  const progress = await verifyUnsaved(asked, ports, context);
  const outcome = outcomeOf(progress);
  const recorded =
    outcome && isOwn(connection, target) && (await record(connection, outcome, progress, ports, context));
  const { status, since } = (recorded || connection).verification;
  // Since when the connection has had this status, which it may have had for long before this request.
  const shown = outcome && status === progress.status ? { ...progress, since } : progress;
  return { result: 'told', progress: shown, connection };
}

/** The caller has the verdict whether or not it can be recorded: a failure is reported, and not thrown. */
async function record(
  { organizationId, uid, credential, target }: Connection,
  outcome: Verdict,
  { since: at }: Progress,
  ports: Needs,
  { report }: SavedContext,
): Promise<Connection | undefined> {
  const observed = {
    organizationId,
    uid,
    target,
    credentialVersion: credential.version,
    cause: { kind: 'user' },
    at,
  } as const;
  try {
    return (await recordVerdict(observed, outcome, ports))?.connection;
  } catch (error) {
    report(error);
    return undefined;
  }
}

const isOwn = ({ target: own }: Connection, target: StorageTarget): boolean =>
  own.bucket === target.bucket && own.prefix === target.prefix && own.region === target.region;

function outcomeOf(progress: Progress): Verdict | undefined {
  switch (progress.status) {
    case 'connecting':
      return undefined;
    case 'connected':
      return progress.verdict;
    case 'error':
      return toFailureUnasked(progress.diagnosis);
  }
}
