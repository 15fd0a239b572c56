/** What a key or a token may be used for. */
export const scopes = [
  'connections:list',
  'connections:read',
  'connections:create',
  'connections:update',
  'connections:delete',
  'connections:verify',
  'credentials:reveal',
] as const;
export type Scope = (typeof scopes)[number];

/** The same rights as Nodeum names them, controller and action (Nodeum document, "API Key Scope"). */
const nodeumActions: ReadonlyMap<string, Scope> = new Map([
  ['index', 'connections:list'],
  ['show', 'connections:read'],
  ['create', 'connections:create'],
  ['update', 'connections:update'],
  ['destroy', 'connections:delete'],
  ['test', 'connections:verify'],
  ['get_secret_key', 'credentials:reveal'],
]);

const byName: ReadonlyMap<string, Scope> = new Map(scopes.map((scope) => [scope, scope]));

/** The scope of this name, in the service's own words or Nodeum's (`cloud_connectors / index`); undefined for none. */
export function scopeNamed(name: string): Scope | undefined {
  const [, action] = /^cloud_connectors ?\/ ?([a-z_]+)$/.exec(name) ?? [];
  return action === undefined ? byName.get(name) : nodeumActions.get(action);
}
