import type { Caller } from '../../core/access/caller.ts';
import type { Organization } from '../../core/access/organization.ts';
import type { Scope } from '../../core/access/scope.ts';
import type { Reveal } from '../../core/connections/reveal-secrets.ts';
import type { PortName, Ports } from '../../core/ports.ts';
import type { OrganizationFrom } from '../auth/resolve-organization.ts';
import type { Dialect } from '../dialect.ts';
import type { Response } from '../response.ts';

/** A request as an endpoint sees it: authenticated, of the right organization, its JSON parsed but not yet checked. */
export interface Request {
  /** The organization that the request is about. */
  readonly organizationId: number;
  readonly organization: Organization;
  /** All that the caller may act for, that one included; for lookups that name none. */
  readonly organizations: readonly Organization[];
  readonly actor: Caller['actor'];
  /**
   * Whether secrets of these connections may be shown to this caller, which the audit trail then says; to be
   * asked once an answer, for all that it shows (functions/dialects/README.md, "One record, four views").
   */
  readonly reveal: Reveal;
  /** Decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Where it was sent, as its sender wrote it but for the query: scheme, host, port and the whole path. */
  readonly url: string;
  /** Parsed JSON; undefined when the request had no body. */
  readonly body: unknown;
  /** Milliseconds since the epoch, at which the request is handled. */
  readonly now: number;
  /** Milliseconds on a steady scale, for durations. */
  readonly clock: () => number;
  /** Uniformly distributed in [0, 1). */
  readonly random: () => number;
  /** Ends every call to a storage that the request makes. */
  readonly deadline: AbortSignal;
  /** Logs an error that does not end the request. */
  readonly report: (error: unknown) => void;
}

/**
 * One endpoint as data: what it is reached by, what it may do, and a function. `infra/` makes the route, the function
 * and its grants of this; nothing is said twice.
 */
export interface Endpoint<Needs extends PortName = PortName> {
  readonly dialect: Dialect;
  /** Names the folder `<name>/` of the endpoint, and the function. Unique within the dialect. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As API Gateway writes it; a trailing slash counts. */
  readonly path: string;
  /** Further paths at which the same is reached, with the same variables in them. */
  readonly also?: readonly string[];
  readonly scope: Scope;
  /** What names the organization, where the API has such a thing; otherwise requests belong to the caller's home. */
  readonly organizationFrom?: OrganizationFrom;
  readonly needs: readonly Needs[];
  /** @throws Refused for everything the caller can put right. */
  run(request: Request, ports: Pick<Ports, Needs>): Promise<Response>;
}

/** What every request uses, whatever its endpoint: finding out who is calling, and saying so. */
export const everyRequestNeeds = [
  'keys.read',
  'organizations.read',
  'tokens.verify',
  'keyUse.record',
  'audit.write',
] as const satisfies readonly PortName[];

/** Declares an endpoint; the ports its `run` gets are those it names. */
export const endpoint = <const Needs extends PortName>(declared: Endpoint<Needs>): Endpoint<Needs> => declared;

/** What the deployment needs to know of an endpoint, whatever its ports and whoever calls it. */
export interface DeclaredEndpoint {
  readonly dialect: { readonly name: string };
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Every path at which it is reached; each is a route to the one function. */
  readonly paths: readonly string[];
  /** Every port its function is given. */
  readonly needs: readonly PortName[];
  /** `code`: the function finds out who is calling. `iam`: API Gateway does, by the caller's AWS signature. */
  readonly authorization: 'code' | 'iam';
}

/** An endpoint with what every request uses. */
export const declareEndpoint = ({
  dialect,
  name,
  method,
  path,
  also = [],
  needs,
}: Omit<Endpoint, 'run'>): DeclaredEndpoint => ({
  ...{ dialect, name, method, paths: [path, ...also], authorization: 'code' },
  needs: [...everyRequestNeeds, ...needs],
});
