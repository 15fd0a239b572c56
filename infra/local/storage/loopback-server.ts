import { createServer, type RequestListener, type Server } from 'node:http';
import { type AgentOptions, createServer as createTlsServer, type ServerOptions } from 'node:https';

/** A private key and its certificate (with its chain), in PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** A server's identity, and perhaps others for some of the names that clients ask for. */
export interface TlsServing extends TlsIdentity {
  /** Gives the identity of a name; nothing: the server's own. */
  readonly SNICallback?: NonNullable<ServerOptions['SNICallback']>;
}

/**
 * How a client on this machine connects to a server that has this very certificate: no other is trusted, and it need
 * not name the address.
 */
export function ownTls(tls: TlsIdentity): AgentOptions {
  return { ca: tls.cert, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
}

/** A port that must be free (0: any), or one that is taken if it is free and replaced by any other if it is not. */
export type PortChoice = number | { readonly preferred: number };

/** A server that is listening. `url` is its origin, without a trailing slash. */
export interface LoopbackServer {
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  stop(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and nowhere else.
 *
 * @throws Error with `code` EADDRINUSE when a port that must be free is taken
 */
export async function listenOnLoopback(
  listener: RequestListener,
  choice: PortChoice,
  tls: TlsServing | undefined,
): Promise<LoopbackServer> {
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls }, listener);
  if (typeof choice === 'number') await listen(server, choice);
  else await listen(server, choice.preferred).catch(() => listen(server, 0));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
