import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { TlsIdentity } from '../../../infra/local/storage/loopback-server.ts';

export interface ProxyServer {
  readonly port: number;
  /** What it was asked to connect to, with the credentials it was shown. */
  readonly asked: readonly { readonly authority: string; readonly host: string; readonly authorization?: string }[];
  /** Connections it was sent a byte on. */
  readonly reached: () => number;
}

interface ProxyOptions {
  readonly tls?: TlsIdentity;
  /** The only credentials it accepts, as in a URL. */
  readonly user?: string;
  /** Where it leads every connection, whatever it was asked for. */
  readonly leadTo?: number;
}

/** An HTTP proxy on loopback that does what it is asked, until the test that asked for it is over. */
export async function proxyServer({ tls, user, leadTo }: ProxyOptions = {}): Promise<ProxyServer> {
  const asked: ProxyServer['asked'][number][] = [];
  const open = new Set<Duplex>();
  let reached = 0;
  const refuseOthers: RequestListener = (_, answer) => {
    reached++;
    answer.writeHead(405).end('This is a proxy for CONNECT only.');
  };
  const server = tls ? createTlsServer({ ...tls }, refuseOthers) : createServer(refuseOthers);
  server.on('connection', (socket: Duplex) => open.add(socket.once('close', () => open.delete(socket))));
  server.on('connect', (request, client: Duplex) => {
    reached++;
    const authorization = request.headers['proxy-authorization'];
    asked.push({
      authority: request.url ?? '',
      host: request.headers.host ?? '',
      ...(authorization && { authorization }),
    });
    client.on('error', () => {});
    if (user !== undefined && authorization !== `Basic ${btoa(user)}`) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n',
      );
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    const onward = connect(leadTo ?? Number(port), leadTo ? '127.0.0.1' : host.replace(/^\[|\]$/g, ''));
    open.add(onward);
    onward.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'));
    onward.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    client.once('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { port, asked, reached: () => reached };
}
