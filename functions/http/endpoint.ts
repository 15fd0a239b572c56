import type { Scope } from '../core/api-key.ts';
import type { PortName, Ports } from '../core/ports.ts';
import type { Answer } from './answer.ts';
import type { Dialect } from './dialect.ts';

/** A request as an endpoint sees it: authenticated, of the right organization, its JSON parsed but not yet checked. */
export interface Request {
  readonly organizationId: number;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
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
}

/**
 * One endpoint as data: what it is reached by, what it may do, and a function. `infra/` makes the route, the function
 * and its grants of this; nothing is said twice.
 */
export interface Endpoint<Needs extends PortName = PortName> {
  readonly dialect: Dialect;
  /** Names the file `<name>.lambda.ts` beside it, and the function. Unique within the dialect. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As API Gateway writes it; a trailing slash counts. */
  readonly path: string;
  readonly scope: Scope;
  /** The path parameter that names the organization, where the API has one. */
  readonly organizationFrom?: { readonly path: string };
  readonly needs: readonly Needs[];
  /** @throws Refused for everything the caller can put right. */
  run(request: Request, ports: Pick<Ports, Needs>): Promise<Answer>;
}

/** What every request uses, whatever its endpoint: looking up the key. */
export const everyRequestNeeds = ['keys.read'] as const satisfies readonly PortName[];

/** Declares an endpoint; the ports its `run` gets are those it names. */
export const endpoint = <const Needs extends PortName>(declared: Endpoint<Needs>): Endpoint<Needs> => declared;

/** What the deployment needs to know of an endpoint or task, whatever its ports. */
export type Declared = Pick<Endpoint, 'name' | 'method' | 'path' | 'needs'> & {
  readonly dialect: { readonly name: string };
};
