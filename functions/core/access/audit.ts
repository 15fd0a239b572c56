import type { DiagnosisCode } from '../diagnosis/catalogue.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Actor } from './caller.ts';
import type { Scope } from './scope.ts';

/** What can be done that the trail keeps. Looking at what holds no secret is not. */
export const auditedActions = [
  'connection.create',
  'connection.update',
  'connection.delete',
  'connection.verify',
  'credentials.reveal',
  'organization.create',
  'organization.disable',
  'organization.enable',
  'key.create',
  'key.revoke',
] as const;
export type AuditedAction = (typeof auditedActions)[number];

/** The action that goes with an endpoint's scope; undefined for those that only look. */
export function actionOf(scope: Scope): AuditedAction | undefined {
  switch (scope) {
    case 'connections:create':
      return 'connection.create';
    case 'connections:update':
      return 'connection.update';
    case 'connections:delete':
      return 'connection.delete';
    case 'connections:verify':
      return 'connection.verify';
    case 'credentials:reveal':
      return 'credentials.reveal';
    case 'connections:list':
    case 'connections:read':
      return undefined;
  }
}

/** How it ended. An entry is written before anything is done, and once more when it is over: a crash leaves it unfinished. */
export type AuditOutcome =
  | { readonly kind: 'unfinished' }
  /** The request was answered; a verification that was asked for says what it came to. */
  | { readonly kind: 'done'; readonly status: number; readonly verdict?: AuditVerdict }
  /** The caller was refused, for the reason that the problem of this kind is. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  | { readonly kind: 'failed'; readonly status: number };

export type AuditVerdict = 'connected' | 'connecting' | DiagnosisCode;

/** What a verification came to, as the trail says it. */
export const auditVerdict = (
  of: { readonly status: 'connected' | 'connecting' } | { readonly status: 'error'; readonly diagnosis: Diagnosis },
): AuditVerdict => (of.status === 'error' ? of.diagnosis.code : of.status);

/** One line of an organization's trail. */
export interface AuditEntry {
  /** A UUIDv7: the order of the trail. */
  readonly id: string;
  readonly organizationId: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly actor: Actor;
  readonly action: AuditedAction;
  /** `<dialect>/<endpoint>`. */
  readonly endpoint: string;
  /** The uids of the connections it concerns, as far as they are known. */
  readonly connections: readonly string[];
  /** The id of the key that was made or revoked. */
  readonly key?: string;
  /** What the path named, by parameter, cut to a bound; the organization is not repeated. */
  readonly asked: Readonly<Record<string, string>>;
  readonly from: { readonly ip: string; readonly agent: string };
  readonly outcome: AuditOutcome;
}

/**
 * An entry as the trail gives it back. A trail is kept for years, so another version of the service may have written
 * it, with names of actions and verdicts that are not in this one's lists; they are given as they are.
 */
export interface KeptAuditEntry extends Omit<AuditEntry, 'action' | 'outcome'> {
  readonly action: string;
  readonly outcome:
    | Exclude<AuditOutcome, { readonly kind: 'done' }>
    | { readonly kind: 'done'; readonly status: number; readonly verdict?: string };
}

/** The most connections that one entry names. */
export const mostConnectionsNamed = 1_000;

/** Which part of a trail is asked for; newest first. */
export interface AuditQuery {
  readonly organizationId: number;
  readonly limit: number;
  /** Only entries older than the one with this id. */
  readonly after?: string;
  /** Epoch milliseconds, both included. */
  readonly from?: number;
  readonly to?: number;
  /** Only entries that name this connection. */
  readonly connection?: string;
}
