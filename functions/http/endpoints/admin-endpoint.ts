import type { AuditedAction } from '../../core/access/audit.ts';
import type { PortName, Ports } from '../../core/ports.ts';
import type { Dialect } from '../dialect.ts';
import type { Response } from '../response.ts';
import type { DeclaredEndpoint } from './endpoint.ts';

/** An operator's request as an endpoint sees it: API Gateway has checked its AWS signature. */
export interface AdminRequest {
  /** The ARN of the caller. */
  readonly operator: string;
  /** Decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when the request had no body. */
  readonly body: unknown;
  /** Milliseconds since the epoch, at which the request is handled. */
  readonly now: number;
  /** So many cryptographically random bytes. */
  readonly randomBytes: (bytes: number) => Uint8Array;
  /** Does what the trail of an organization keeps. */
  readonly audited: (action: AuditedAction, organizationId: number, act: () => Promise<Response>) => Promise<Response>;
}

/** An endpoint for whoever runs the deployment: called with AWS credentials, across all organizations. */
export interface AdminEndpoint<Needs extends PortName = PortName> {
  readonly dialect: Dialect;
  /** Names the folder `<name>/` of the endpoint, and the function. Unique within the dialect. */
  readonly name: string;
  readonly method: DeclaredEndpoint['method'];
  readonly path: string;
  readonly needs: readonly Needs[];
  /** @throws Refused for everything the caller can put right. */
  run(request: AdminRequest, ports: Pick<Ports, Needs>): Promise<Response>;
}

/** What every operator's request uses. */
export const adminNeeds = ['audit.write'] as const satisfies readonly PortName[];

/** Declares an operator's endpoint; the ports its `run` gets are those it names. */
export const adminEndpoint = <const Needs extends PortName>(declared: AdminEndpoint<Needs>): AdminEndpoint<Needs> =>
  declared;

/** An operator's endpoint with what every such request uses. */
export const declareAdminEndpoint = ({
  dialect,
  name,
  method,
  path,
  needs,
}: Omit<AdminEndpoint, 'run'>): DeclaredEndpoint => ({
  ...{ dialect, name, method, paths: [path], authorization: 'iam' },
  needs: [...adminNeeds, ...needs],
});
