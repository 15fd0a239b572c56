import type { Organizations } from './api-key.ts';
import type { Scope } from './scope.ts';

/** Who sends a request: the holder of a key, the holder of a token, or an operator of the deployment. */
export type Actor =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'token'; readonly subject: string }
  | { readonly kind: 'operator'; readonly arn: string };

/** A caller who has shown who they are, and what that lets them do. */
export interface Caller {
  readonly actor: Exclude<Actor, { kind: 'operator' }>;
  readonly organizations: Organizations;
  readonly scopes: ReadonlySet<Scope>;
}

/** What a token that an issuer signed says of its holder; names of organizations are ids or slugs. */
export interface TokenHolder {
  readonly subject: string;
  readonly organizations: readonly string[];
  readonly scopes: readonly Scope[];
}
