import { randomBytes, verify } from 'node:crypto';
import * as z from 'zod/mini';
import { type GcsAnswer, GcsRefusal, jsonAnswer } from './answer.ts';
import type { GcsServiceAccount } from './model.ts';

const audience = 'https://oauth2.googleapis.com/token';
const lifetimeSeconds = 3599;
/** How far a client's clock may be ahead. */
const skewSeconds = 300;

const jwtHeader = z.object({ alg: z.literal('RS256') });
const jwtClaims = z.object({
  iss: z.string(),
  scope: z.optional(z.string()),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
});

/** Who holds a token, and what for. */
export interface TokenHolder {
  readonly account: GcsServiceAccount;
  readonly scopes: readonly string[];
}

export interface Tokens {
  /** Answers a request to the token endpoint. @throws GcsRefusal */
  issue(form: string): GcsAnswer;
  /** Whose token an Authorization header carries. @throws GcsRefusal 401 */
  holder(authorization: string | undefined): TokenHolder;
}

/**
 * Google's token endpoint for service accounts ("Using OAuth 2.0 for server to server applications"): an assertion
 * signed with RS256 by one of the account's keys, for this audience, for no more than an hour.
 */
export function newTokens(accounts: readonly GcsServiceAccount[], now: () => number): Tokens {
  const issued = new Map<string, TokenHolder & { readonly until: number }>();
  return {
    issue(form) {
      const parameters = new URLSearchParams(form);
      if (parameters.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
        throw new GcsRefusal('token', 400, 'unsupported_grant_type', 'Invalid grant_type');
      }
      const holder = asserted(parameters.get('assertion') ?? '', accounts, now() / 1000);
      const token = `ya29.${randomBytes(32).toString('base64url')}`;
      issued.set(token, { ...holder, until: now() + lifetimeSeconds * 1000 });
      return jsonAnswer(200, { access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer' });
    },
    holder(authorization) {
      const holder = issued.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
      if (holder && holder.until > now()) return holder;
      throw new GcsRefusal('json', 401, 'authError', 'Invalid Credentials');
    },
  };
}

/** @param now seconds */
function asserted(assertion: string, accounts: readonly GcsServiceAccount[], now: number): TokenHolder {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = jwtHeader.safeParse(partOf(head));
  const claims = jwtClaims.safeParse(partOf(body));
  if (!header.success || !claims.success) throw invalid('Bad Request');
  const { iss, scope, aud, iat, exp } = claims.data;
  if (aud !== audience) throw invalid(`Invalid JWT: Failed audience check. The right audience is ${audience}`);
  const account = accounts.find(({ email }) => email === iss);
  if (!account) throw invalid('Invalid grant: account not found');
  const signed = Buffer.from(`${head}.${body}`);
  const bytes = Buffer.from(signature, 'base64url');
  if (!account.publicKeys.some((key) => verify('RSA-SHA256', signed, key, bytes))) {
    throw invalid('Invalid JWT Signature.');
  }
  if (exp <= now || iat > now + skewSeconds || exp - iat > 3600) {
    throw invalid(
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    );
  }
  const scopes = (scope ?? '').split(' ').filter((one) => one !== '');
  if (scopes.length === 0) {
    throw new GcsRefusal('token', 400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  }
  return { account, scopes };
}

const invalid = (description: string): GcsRefusal => new GcsRefusal('token', 400, 'invalid_grant', description);

function partOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
