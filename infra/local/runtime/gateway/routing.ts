import type { Route } from '../../template/model.ts';

/** A request's place among the routes. */
export type Matched =
  | { readonly kind: 'route'; readonly route: Route; readonly pathParameters: Readonly<Record<string, string>> | null }
  | { readonly kind: 'none' };

interface Resource {
  readonly literals: Map<string, Resource>;
  variable?: { readonly name: string; readonly child: Resource };
  readonly methods: Map<string, Route>;
}

/**
 * Finds a request's route as a REST API of API Gateway does.
 *
 * - A literal part beats a variable one, and keeps what it took: neither a wrong method nor a missing rest falls back
 *   to the variable.
 * - A variable takes exactly one part, never an empty one, and keeps it as it was sent: `%2F` does not part it, and
 *   no escape is decoded (a REST API hands path parameters on encoded; HTTP APIs decode them).
 * - `/x/` is answered by the resource `/x` where there is none for `/x/` itself.
 * - `ANY` takes the methods that the resource does not name.
 *
 * @param routes resources from `/`, `{name}` for a variable part
 * @returns a function of the method and the path, which begins with `/` and has no query
 * @throws Error for two routes of the same method and resource, two variables side by side (API Gateway allows one),
 * or a variable that is not a whole part or takes several (`{name+}`), which is not supported here
 */
export function routing(routes: readonly Route[]): (method: string, path: string) => Matched {
  const root = emptyResource();
  for (const route of routes) {
    const { methods } = partsOf(route.resource).reduce((parent, part) => childFor(parent, part, route), root);
    if (methods.has(route.method)) throw new Error(`${route.method} ${route.resource} is routed twice.`);
    methods.set(route.method, route);
  }
  return (method, path) => {
    const parts = partsOf(path);
    const found = descend(root, parts) ?? (parts.at(-1) === '' ? descend(root, parts.slice(0, -1)) : undefined);
    const route = found?.resource.methods.get(method) ?? found?.resource.methods.get('ANY');
    if (found === undefined || route === undefined) return { kind: 'none' };
    const pathParameters = found.variables.length === 0 ? null : Object.fromEntries(found.variables);
    return { kind: 'route', route, pathParameters };
  };
}

const emptyResource = (): Resource => ({ literals: new Map(), methods: new Map() });

const partsOf = (path: string): readonly string[] => path.slice(1).split('/');

function childFor(parent: Resource, part: string, { resource }: Route): Resource {
  if (!/[{}]/.test(part)) {
    const child = parent.literals.get(part) ?? emptyResource();
    parent.literals.set(part, child);
    return child;
  }
  const name = /^\{([\w.-]+)\}$/.exec(part)?.[1];
  if (name === undefined) throw new Error(`The path part ${part} of ${resource} is not supported locally.`);
  parent.variable ??= { name, child: emptyResource() };
  if (parent.variable.name !== name) {
    throw new Error(`${resource} names {${name}} what another resource names {${parent.variable.name}}.`);
  }
  return parent.variable.child;
}

type Found = { readonly resource: Resource; readonly variables: readonly (readonly [string, string])[] };

function descend(root: Resource, parts: readonly string[]): Found | undefined {
  let resource = root;
  const variables: [string, string][] = [];
  for (const part of parts) {
    const literal = resource.literals.get(part);
    const { variable } = resource;
    if (literal !== undefined) resource = literal;
    else if (variable !== undefined && part !== '') {
      variables.push([variable.name, part]);
      resource = variable.child;
    } else return undefined;
  }
  return { resource, variables };
}
