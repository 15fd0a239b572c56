import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { algorithmNames, encoded, type Fields, type Issuer, startIssuer } from '../../issuer.ts';
import { verifierFor } from './token-scene.ts';

let issuer: Issuer;
let other: Issuer;
beforeAll(async () => {
  [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
});
afterAll(() => Promise.all([issuer.stop(), other.stop()]));

const seconds = () => Math.floor(Date.now() / 1000);

/** A token with this header, and a signature of the caller's making over what stands before it. */
function forged(header: Fields, claims: Fields, signature: (signed: string) => string): string {
  const own = { iss: issuer.url, aud: issuer.audience, sub: 'somebody', exp: seconds() + 3_600 };
  const signed = [header, { ...own, ...claims }].map(encoded).join('.');
  return `${signed}.${signature(signed)}`;
}

/** With the public key, in one of its forms, for the secret of an HMAC. */
function withPublicKeyAsSecret(form: 'pem' | 'jwk'): string {
  const [rsa = {}] = issuer.keys();
  const pem = createPublicKey({ key: rsa, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const secret = form === 'pem' ? pem : JSON.stringify(rsa);
  return forged({ alg: 'HS256', typ: 'JWT', kid: 'rsa-1' }, {}, (signed) =>
    createHmac('sha256', secret).update(signed).digest('base64url'),
  );
}

function withAnotherPayload(token: string, change: Fields): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [header, encoded({ ...claims, ...change }), signature].join('.');
}

describe('a token that its issuer signed', () => {
  it.each(algorithmNames)('with %s says who its holder is', async (algorithm) => {
    const claims = { sub: 'auth0|7', organization: ['acme', 7], scope: 'openid connections:list connections:verify' };
    await expect(verifierFor(issuer)(issuer.sign(claims, { algorithm }))).resolves.toEqual({
      subject: 'auth0|7',
      organizations: ['acme', '7'],
      scopes: ['connections:list', 'connections:verify'],
    });
  });

  it('as Cognito does is understood', async () => {
    const verify = verifierFor(issuer, {
      audience: 'another-client, 4f7k2',
      organizationClaim: 'cognito:groups',
      scopePrefix: 'storage-connections/',
    });
    const token = issuer.sign({
      aud: undefined,
      client_id: '4f7k2',
      token_use: 'access',
      'cognito:groups': ['acme', 'Administrators'],
      scope: 'openid storage-connections/connections:read',
    });
    await expect(verify(token)).resolves.toEqual({
      subject: 'somebody',
      organizations: ['acme'],
      scopes: ['connections:read'],
    });
  });

  it('with several audiences is good for each of them', async () => {
    const token = issuer.sign({ aud: ['https://elsewhere.example', issuer.audience] });
    await expect(verifierFor(issuer)(token)).resolves.toBeDefined();
  });

  it.each([
    ['expired 20 seconds ago', { exp: -20 }, true],
    ['expired 40 seconds ago', { exp: -40 }, false],
    ['holds in 20 seconds', { nbf: 20 }, true],
    ['holds in 40 seconds', { nbf: 40 }, false],
    ['has always held', { nbf: -1_000 }, true],
  ])('and that %s is judged with some grace', async (_, times, accepted) => {
    const claims = Object.fromEntries(Object.entries(times).map(([name, from]) => [name, seconds() + from]));
    expect((await verifierFor(issuer)(issuer.sign(claims))) !== undefined).toBe(accepted);
  });

  it('is 8 KB long at most', async () => {
    const verify = verifierFor(issuer);
    const fill = (length: number) => issuer.sign({ fill: 'x'.repeat(length) });
    await expect(verify(fill(5_500))).resolves.toBeDefined();
    expect(fill(6_000).length).toBeGreaterThan(8 * 1024);
    await expect(verify(fill(6_000))).resolves.toBeUndefined();
  });
});

describe('a token is refused', () => {
  const refused: Readonly<Record<string, () => string>> = {
    'that is empty': () => '',
    'that is an API key': () => 'ei_0123456789abcdef_secret',
    'that is three words': () => 'a.b.c',
    'whose parts are no JSON': () => ['x', 'y', 'z'].map((text) => Buffer.from(text).toString('base64url')).join('.'),
    'whose payload is an array': () => `${encoded({ alg: 'RS256', kid: 'rsa-1' })}.W10.AAAA`,
    'without a signature': () => issuer.sign().replace(/\.[^.]*$/, '.'),
    'with the algorithm none': () => forged({ alg: 'none', kid: 'rsa-1' }, {}, () => ''),
    'with the algorithm none, and something in place of the signature': () =>
      forged({ alg: 'none', kid: 'rsa-1' }, {}, () => 'AAAA'),
    'without an algorithm': () => issuer.sign({}, { header: { alg: undefined } }),
    'with another algorithm than its key': () => issuer.sign({}, { header: { alg: 'ES256' } }),
    'with the algorithm of another curve': () => issuer.sign({}, { algorithm: 'ES384', header: { alg: 'ES256' } }),
    'with an HMAC by the public key in PEM': () => withPublicKeyAsSecret('pem'),
    'with an HMAC by the public key as it is published': () => withPublicKeyAsSecret('jwk'),
    'whose payload was changed': () => withAnotherPayload(issuer.sign({ organization: 1 }), { organization: 2 }),
    'whose signature was changed': () => issuer.sign().replace(/\.[^.]{8}([^.]*)$/, '.AAAAAAAA$1'),
    'by another issuer': () => other.sign(),
    'by another issuer, in the name of this one': () => other.sign({ iss: issuer.url }),
    'of an issuer with a slash more': () => issuer.sign({ iss: `${issuer.url}/` }),
    'of no issuer': () => issuer.sign({ iss: undefined }),
    'of several issuers': () => issuer.sign({ iss: [issuer.url] }),
    'for another audience': () => issuer.sign({ aud: 'https://elsewhere.example' }),
    'for no audience': () => issuer.sign({ aud: undefined }),
    'for the client of another audience': () => issuer.sign({ aud: undefined, client_id: 'elsewhere' }),
    'for another audience, by our client': () => issuer.sign({ aud: 'elsewhere', client_id: issuer.audience }),
    'that has expired': () => issuer.sign({ exp: seconds() - 3_600 }),
    'that never expires': () => issuer.sign({ exp: undefined }),
    'that expires at a text': () => issuer.sign({ exp: `${seconds() + 3_600}` }),
    'that does not hold yet': () => issuer.sign({ nbf: seconds() + 3_600 }),
    'about nobody': () => issuer.sign({ sub: undefined }),
    'about a number': () => issuer.sign({ sub: 7 }),
    'about somebody with a line break': () => issuer.sign({ sub: 'some\nbody' }),
    'whose key has no name': () => issuer.sign({}, { header: { kid: undefined } }),
    'whose key is not the issuer’s': () => issuer.sign({}, { header: { kid: 'rsa-0' } }),
    'that brings its own key': () => other.sign({ iss: issuer.url }, { header: { jwk: other.keys()[0] } }),
    'that says where its key is': () =>
      other.sign({ iss: issuer.url }, { header: { kid: 'elsewhere', jku: `${other.url}/keys` } }),
    'with an extension that must be understood': () => issuer.sign({}, { header: { crit: ['b64'], b64: true } }),
  };

  it.each(Object.keys(refused))('%s', async (name) => {
    const verify = verifierFor(issuer);
    const atOthers = other.requests('keys');
    await expect(verify(refused[name]?.() ?? '')).resolves.toBeUndefined();
    // It was the token: another one is taken.
    await expect(verify(issuer.sign())).resolves.toBeDefined();
    expect(other.requests('keys')).toBe(atOthers);
  });
});
