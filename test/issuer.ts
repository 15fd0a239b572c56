import { generateKeyPair, type JsonWebKey, type KeyObject, sign as signWith } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { promisify } from 'node:util';
import { listenOnLoopback, type TlsIdentity } from '../infra/local/storage/loopback-server.ts';

/** How tokens are signed (RFC 7518, 3.1; RFC 8037), and by which of the issuer's keys. */
const algorithms = {
  RS256: { key: 'rsa', hash: 'sha256' },
  RS384: { key: 'rsa', hash: 'sha384' },
  RS512: { key: 'rsa', hash: 'sha512' },
  ES256: { key: 'p256', hash: 'sha256' },
  ES384: { key: 'p384', hash: 'sha384' },
  EdDSA: { key: 'ed25519', hash: null },
} as const;
export type Algorithm = keyof typeof algorithms;
export const algorithmNames = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'EdDSA'] as const satisfies Algorithm[];

/** Claims or header fields; one that is undefined is left out, the issuer's own included. */
export type Fields = Readonly<Record<string, unknown>>;

export interface SignOptions {
  /** RS256 unless told otherwise. */
  readonly algorithm?: Algorithm;
  /** In place of the header's own fields. */
  readonly header?: Fields;
}

/** The two documents that an issuer of OpenID Connect publishes. */
export type Document = 'configuration' | 'keys';
const places: Readonly<Record<Document, string>> = {
  configuration: '/.well-known/openid-configuration',
  keys: '/keys',
};

/** Stands in for an issuer of OpenID Connect: real keys, real signatures, no accounts and nobody to sign in. */
export interface Issuer {
  /** Its name, and where it listens. */
  readonly url: string;
  /** The audience of its tokens, unless the claims say otherwise. */
  readonly audience: string;
  /** A token for an hour, about `somebody`. */
  sign(claims?: Fields, options?: SignOptions): string;
  /** Has new keys from now on, under new names; the old ones are published no more. */
  rotate(): Promise<void>;
  /** The public keys, as published. */
  keys(): readonly JsonWebKey[];
  /** What it says about itself, as published. */
  configuration(): Fields;
  /** How often a document was asked for. */
  requests(document: Document): number;
  /** Has a document asked for answered otherwise, until told to behave again (undefined). */
  answer(document: Document, otherwise: RequestListener | undefined): void;
  stop(): Promise<void>;
}

type Keys = Readonly<Record<(typeof algorithms)[Algorithm]['key'], { publicKey: KeyObject; privateKey: KeyObject }>>;
const newKeyPair = promisify(generateKeyPair);

async function newKeys(): Promise<Keys> {
  const [rsa, p256, p384, ed25519] = await Promise.all([
    newKeyPair('rsa', { modulusLength: 2048 }),
    newKeyPair('ec', { namedCurve: 'P-256' }),
    newKeyPair('ec', { namedCurve: 'P-384' }),
    newKeyPair('ed25519'),
  ]);
  return { rsa, p256, p384, ed25519 };
}

/**
 * Starts an issuer on a free port of this machine.
 *
 * @param tls it is spoken to by https, with this certificate
 * @param names further names that it goes by, each a URL whose host is led here; tokens say which in `iss`
 */
export async function startIssuer(tls?: TlsIdentity, names: readonly string[] = []): Promise<Issuer> {
  let keys = await newKeys();
  let generation = 1;
  const audience = 'storage-connections';
  const asked: Record<Document, number> = { configuration: 0, keys: 0 };
  const otherwise = new Map<Document, RequestListener>();
  const published = () =>
    Object.entries(keys).map(([name, { publicKey }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid: `${name}-${generation}`,
      use: 'sig',
    }));
  const configuration = (name = server.url) => ({ issuer: name, jwks_uri: new URL(places.keys, name).href });
  const placeOf = (name: string) => `${new URL(name).host}${new URL(name).pathname.replace(/\/$/, '')}`;
  const listener: RequestListener = (request, response) => {
    const address = `${request.headers.host}${request.url}`;
    const name = names.find((one) => address === `${placeOf(one)}${places.configuration}`);
    const document = name === undefined ? documentAt(request.url) : 'configuration';
    if (!document) return response.writeHead(404).end();
    asked[document]++;
    const other = otherwise.get(document);
    if (other) return other(request, response);
    const said = document === 'keys' ? { keys: published() } : configuration(name);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  };
  const server = await listenOnLoopback(listener, 0, tls);
  return {
    url: server.url,
    audience,
    sign(claims = {}, { algorithm = 'RS256', header = {} } = {}) {
      const { key, hash } = algorithms[algorithm];
      const now = Math.floor(Date.now() / 1000);
      const own = { iss: server.url, aud: audience, sub: 'somebody', iat: now, exp: now + 3_600 };
      const signed = [
        { alg: algorithm, typ: 'JWT', kid: `${key}-${generation}`, ...header },
        { ...own, ...claims },
      ]
        .map(encoded)
        .join('.');
      // Of an elliptic curve, a signature in JWS is two numbers and not DER (RFC 7518, 3.4).
      const by = { key: keys[key].privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${signed}.${signWith(hash, Buffer.from(signed), by).toString('base64url')}`;
    },
    async rotate() {
      keys = await newKeys();
      generation++;
    },
    keys: published,
    configuration: () => configuration(),
    requests: (document) => asked[document],
    answer(document, listener) {
      if (listener) otherwise.set(document, listener);
      else otherwise.delete(document);
    },
    stop: server.stop,
  };
}

function documentAt(path: string | undefined): Document | undefined {
  if (path === places.configuration) return 'configuration';
  return path === places.keys ? 'keys' : undefined;
}

/** One of the parts of a token that are JSON. */
export const encoded = (fields: Fields): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
