import { createHmac, createPublicKey } from 'node:crypto';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import { encoded, type Fields, type Issuer } from '../../issuer.ts';
import type { OperatorApi } from '../operator.ts';
import { claimsFor, type tokensOf } from './access-tokens.ts';

/** Who asks and is not let in, each for one reason: of the organization `acme` unless it is about another. */

export interface Refusing {
  readonly api: OperatorApi;
  readonly issuer: Issuer;
  /** An issuer that the deployment does not know. */
  readonly stranger: Issuer;
  readonly tokens: ReturnType<typeof tokensOf>;
  /** Ids of two organizations of these names. */
  readonly acme: number;
  readonly globex: number;
}

/** The organization that is asked for, and the headers that are sent. */
type Asked = readonly [organization: number, headers: Readonly<Record<string, string>>];
type Refusal = (scene: Refusing) => Promise<readonly Asked[]> | readonly Asked[];

const byKey = (key: string) => ({ 'x-api-key': key });
const byToken = (token: string) => ({ authorization: `Bearer ${token}` });
/** Of no organization. */
const nobody = 2 ** 31 - 1;

/** Tokens that would open `acme` but for one thing. */
const badTokens: Readonly<Record<string, (scene: Refusing, claims: Fields) => string>> = {
  'a token in form only': () => 'a.b.c',
  'a token whose parts are no JSON': () =>
    ['x', 'y', 'z'].map((part) => Buffer.from(part).toString('base64url')).join('.'),
  'a token cut short': ({ issuer }, claims) => issuer.sign(claims).slice(0, -10),
  'a token without a signature': ({ issuer }, claims) => issuer.sign(claims).replace(/\.[^.]*$/, '.'),
  'an expired token': ({ issuer }, claims) => issuer.sign({ ...claims, exp: seconds() - 3_600 }),
  'a token that never expires': ({ issuer }, claims) => issuer.sign({ ...claims, exp: undefined }),
  'a token of another issuer': ({ stranger }, claims) => stranger.sign(claims),
  'a token of another issuer in the name of this one': ({ issuer, stranger }, claims) =>
    stranger.sign({ ...claims, iss: issuer.url }, { header: { kid: issuer.keys()[0]?.['kid'] } }),
  'a token for another audience': ({ issuer }, claims) => issuer.sign({ ...claims, aud: 'https://other.example' }),
  'a token for no audience': ({ issuer }, claims) => issuer.sign({ ...claims, aud: undefined }),
  'a token about nobody': ({ issuer }, claims) => issuer.sign({ ...claims, sub: undefined }),
  'a token with the algorithm none': ({ issuer }, claims) =>
    rewritten(issuer.sign(claims), { alg: 'none' }, {}, (_, signature) => signature),
  'a token with an HMAC by the public key': ({ issuer }, claims) => {
    const [rsa = {}] = issuer.keys();
    const pem = createPublicKey({ key: rsa, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const signature = (signed: string) => createHmac('sha256', pem).update(signed).digest('base64url');
    return rewritten(issuer.sign(claims), { alg: 'HS256' }, {}, signature);
  },
  'a token whose organization was changed': ({ issuer }, claims) =>
    rewritten(issuer.sign({ ...claims, ...claimsFor('globex') }), {}, claims, (_, signature) => signature),
  'a token for no organization': ({ issuer }, claims) => issuer.sign({ ...claims, ...claimsFor(undefined) }),
};

const tokenRefusals = Object.entries(badTokens).map(([name, made]): readonly [string, Refusal] => [
  name,
  (scene) => [[scene.acme, byToken(scene.tokens.remembered(made(scene, claimsFor('acme'))))]],
]);

const others: Readonly<Record<string, Refusal>> = {
  'no key': ({ acme }) => [
    [acme, {}],
    [acme, byKey('')],
    [acme, { authorization: '' }],
  ],
  'a malformed key': ({ acme }) =>
    ['nonsense', 'ei_', 'ei_0123456789ab_', 'ei_0123456789ab_secret', '*'].map((key) => [acme, byKey(key)]),
  'a key that nobody has': ({ acme }) => [[acme, byKey(`ei_000000000000_${'0'.repeat(32)}`)]],
  'a key with another secret': async ({ api, acme }) => {
    const { key } = await api.newKey('acme');
    return [[acme, byKey(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'))]];
  },
  'an expired key': async ({ api, acme }) => {
    const { id, key } = await api.newKey('acme', { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    await vi.waitFor(
      async () => {
        const [keys] = await api.pages('/organizations/acme/keys', 'keys', { limit: '100' });
        expect(keys).toContainEqual(expect.objectContaining({ id, status: 'expired' }));
      },
      { timeout: 10_000, interval: 100 },
    );
    return [[acme, byKey(key)]];
  },
  'a revoked key': async ({ api, acme }) => {
    const { id, key } = await api.newKey('acme');
    expect(await api.post(`/keys/${id}/revoke`)).toMatchObject({ status: 200 });
    return [[acme, byKey(key)]];
  },
  'a disabled organization': async ({ api, tokens }) => {
    const { id } = await api.newOrganization('shut');
    const { key } = await api.newKey('shut', { organizations: ['acme'] });
    expect(await api.post('/organizations/shut/disable')).toMatchObject({ status: 200 });
    const named = ['shut', id, ['acme', 'shut']].map((organization) => tokens.tokenFor(organization));
    return [byKey(key), ...named.map(byToken)].map((headers) => [id, headers]);
  },
  'another organization': async ({ api, tokens, globex }) => {
    const { key } = await api.newKey('acme');
    return [
      [globex, byKey(key)],
      [globex, byToken(tokens.tokenFor('acme'))],
    ];
  },
  'an organization that does not exist': async ({ api, tokens, acme }) => {
    const { key } = await api.newKey('acme');
    return [
      [nobody, byKey(key)],
      ...['acme', nobody, 'nobody'].map((name) => [nobody, byToken(tokens.tokenFor(name))] as const),
      ...[nobody, 'nobody', '*', ''].map((name) => [acme, byToken(tokens.tokenFor(name))] as const),
    ];
  },
  'two credentials, though each is good': async ({ api, tokens, acme }) => {
    const [{ key }, { key: another }] = [await api.newKey('acme'), await api.newKey('acme')];
    const [token, later] = [tokens.tokenFor('acme'), tokens.tokenFor('acme', { claims: { jti: '2' } })];
    return [
      [acme, { ...byKey(key), ...byToken(token) }],
      [acme, { ...byKey(key), ...byToken(another) }],
      [acme, { 'x-jwt-token': token, ...byToken(later) }],
    ];
  },
};

export const refusals: readonly (readonly [string, Refusal])[] = [...tokenRefusals, ...Object.entries(others)];

const seconds = () => Math.floor(Date.now() / 1000);
const fields = z.record(z.string(), z.unknown());

/** A token with some fields changed, and what is then made of its signature. */
function rewritten(
  token: string,
  header: Fields,
  claims: Fields,
  signature: (signed: string, before: string) => string,
): string {
  const [own = '', said = '', before = ''] = token.split('.');
  const read = (part: string) => fields.parse(JSON.parse(Buffer.from(part, 'base64url').toString()));
  const signed = [encoded({ ...read(own), ...header }), encoded({ ...read(said), ...claims })].join('.');
  return `${signed}.${signature(signed, before)}`;
}
