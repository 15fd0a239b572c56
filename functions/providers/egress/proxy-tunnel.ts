import { request } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RefusalCode } from './egress-error.ts';
import type { HostPort } from './policy.ts';

/** A proxy to connect through, which may want to know who asks. */
export interface ProxyPlace extends HostPort {
  /** Whether the proxy itself is spoken to by TLS. */
  readonly tls: boolean;
  /** The value of `Proxy-Authorization`. */
  readonly authorization?: string;
}

/** Bytes of the head of an answer to CONNECT. There is no body: what follows the head is the storage's. */
const maxHeaderSize = 8 * 1024;

/**
 * Reads a proxy's URL: `http://` or `https://`, host, port (80 and 443 when left out), perhaps a user name and
 * password, percent-encoded.
 *
 * @throws Error when it is anything else, without repeating it: it may hold a password
 */
export function readProxy(text: string): ProxyPlace {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.pathname + url.search + url.hash !== '/') {
    throw new Error('A proxy is an http or https URL without a path.');
  }
  const tls = url.protocol === 'https:';
  const user = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How a proxy answered: the connection is led on, or why not. */
export type Tunnel =
  | { readonly ok: true; readonly socket: Duplex }
  | { readonly ok: false; readonly code: Extract<RefusalCode, 'proxy-failed' | 'proxy-credentials-wrong'> };

/**
 * Has a proxy lead a connection on (RFC 9110, section 9.3.6). It is told an address and never a name: the one that was
 * judged, so that nothing is left for the proxy to look up, and so to answer differently. Of its answer only the status
 * is looked at.
 *
 * @param through a connection to the proxy; destroyed unless the proxy leads it on
 */
export const openTunnel = (through: Duplex, proxy: ProxyPlace, to: HostPort, signal: AbortSignal): Promise<Tunnel> =>
  new Promise((resolve) => {
    const failed = (code: Extract<Tunnel, { ok: false }>['code']) => {
      through.destroy();
      resolve({ ok: false, code });
    };
    const authority = `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`;
    request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }) },
      createConnection: () => through,
      maxHeaderSize,
      signal,
    })
      // Emitted for every status.
      .once('connect', ({ statusCode = 0 }, socket, early) => {
        if (statusCode === 407) return failed('proxy-credentials-wrong');
        // No storage speaks before it is asked: this is a web server that answered with a page.
        if (statusCode < 200 || statusCode > 299 || early.length > 0) return failed('proxy-failed');
        resolve({ ok: true, socket });
      })
      .once('error', () => failed('proxy-failed'))
      .end();
  });
