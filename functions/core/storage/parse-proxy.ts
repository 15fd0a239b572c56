import { type Fault, type Parsed, tooLong } from '../validation/result.ts';

/** A proxy as a caller writes it, taken apart: its address may be kept and shown, its user and password may not. */
export interface Proxy {
  /** Scheme, host and port. */
  readonly proxy: string;
  /** `user:password`, percent-encoded. */
  readonly user?: string;
}

const longest = 2048;

/** Reads an http(s) proxy: scheme, host and port, perhaps with user and password, and nothing else. */
export function parseProxy(text: string): Parsed<Proxy, 'proxy'> {
  const fault = (of: Pick<Fault<'proxy'>, 'code' | 'message'>) => ({
    ok: false as const,
    faults: [{ field: 'proxy' as const, ...of }],
  });
  if (text.length > longest) return { ok: false, faults: [tooLong('proxy', longest)] };
  const url = URL.parse(text);
  const isProxy =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    url.pathname === '/' &&
    !/[?#\\\s]/.test(text);
  if (!isProxy) return fault({ code: 'invalid', message: 'must be a URL such as http://proxy.example.com:3128' });
  const { username, password } = url;
  const user = username === '' && password === '' ? undefined : `${username}:${password}`;
  return { ok: true, value: { proxy: url.origin, ...(user !== undefined && { user }) } };
}

/** The URL of a proxy with its user in it, as the egress takes it. */
export const withUser = (proxy: string, user: string | undefined): string =>
  user === undefined ? proxy : proxy.replace('://', `://${user}@`);
