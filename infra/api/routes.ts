import type { DeclaredEndpoint } from '../../functions/http/endpoints/endpoint.ts';

type Reached = Pick<DeclaredEndpoint, 'method' | 'paths'>;

/** Where an endpoint is reached. */
export interface Route<Endpoint extends Reached> {
  readonly endpoint: Endpoint;
  /** API Gateway's resource, from `/`; never ends in a slash. */
  readonly resource: string;
}

/**
 * The routes of each endpoint, one for each of its paths, in their order.
 *
 * A resource of API Gateway cannot end in a slash (a path part is never empty), and need not: the resource `/x`
 * answers `/x/` too, and the function sees in the event's path which of the two was asked for. So `/x` and `/x/` are
 * one route, and an API that insists on the slash does so in its own code.
 *
 * @throws Error when two paths would share a route, or name the same part of a path differently (API Gateway
 *   takes one name for each), or when one endpoint's paths have different variables
 */
export function routesOf<Endpoint extends Reached>(endpoints: readonly Endpoint[]): readonly Route<Endpoint>[] {
  const taken = new Map<string, string>();
  const variables = new Map<string, string>();
  const reached = endpoints.flatMap((endpoint) => endpoint.paths.map((path) => ({ endpoint, path })));
  return reached.map(({ endpoint, path }) => {
    const { method } = endpoint;
    if (!/^(\/([\w.~:-]+|\{\w+\}))+\/?$/.test(path)) throw new Error(`${path} is not a path that can be routed.`);
    const resource = path.replace(/\/$/, '');
    const route = `${method} ${resource}`;
    const other = taken.get(route);
    if (other !== undefined) throw new Error(`${method} ${path} and ${method} ${other} are the same route.`);
    taken.set(route, path);
    if (variablesIn(path) !== variablesIn(endpoint.paths[0] ?? '')) {
      throw new Error(`${path} has other variables than ${endpoint.paths[0]}, which is the same endpoint.`);
    }
    let parent = '';
    for (const part of resource.split('/').slice(1)) {
      if (part.startsWith('{')) {
        const sibling = variables.get(parent) ?? part;
        if (sibling !== part) throw new Error(`${path} calls ${part} what another endpoint calls ${sibling}.`);
        variables.set(parent, part);
      }
      parent = `${parent}/${part}`;
    }
    return { endpoint, resource };
  });
}

const variablesIn = (path: string): string => (path.match(/\{\w+\}/g) ?? []).sort().join();
