import type { AuditVerdict } from '../core/access/audit.ts';

/** What an endpoint answers, before it is put into an API Gateway event. */
export interface Response {
  readonly status: number;
  /** Sent as JSON; absent for an answer without a body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the audit trail says of it; not sent. */
  readonly trail?: {
    readonly connections?: readonly string[];
    readonly key?: string;
    /** Where that is not the organization that the request is about: the entry is in its trail too. */
    readonly organizationId?: number;
    readonly verdict?: AuditVerdict;
  };
}
