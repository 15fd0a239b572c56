import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsIdentity } from '../../../infra/local/storage/loopback-server.ts';

/** What a server does with one connection, on the bytes themselves. */
export type Conduct = (connection: Duplex) => void;

export interface HostileServer {
  readonly port: number;
  /** Connections it was sent a byte on. */
  readonly reached: () => number;
  /** Requests it was sent: their heads, from the first line on. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** Listens on loopback and treats every connection alike, with TLS or without. */
export async function hostileServer(conduct: Conduct, tls?: Partial<TlsIdentity>): Promise<HostileServer> {
  const open = new Set<Duplex>();
  const requests: string[] = [];
  let reached = 0;
  const treat = (connection: Duplex) => {
    open.add(connection);
    connection.once('close', () => open.delete(connection));
    connection.on('error', () => {});
    connection.once('data', () => reached++);
    connection.on('data', (chunk: Buffer) => {
      const head = /^[A-Z]+ \S+ HTTP\/1\.1\r\n.*?\r\n\r\n/s.exec(chunk.toString('latin1'))?.[0];
      if (head) requests.push(head);
    });
    conduct(connection);
  };
  const server: Server = tls ? createTlsServer({ ...tls }, treat) : createServer(treat);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A listening server has an address.');
  return {
    port: address.port,
    reached: () => reached,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of [...open, ...sockets]) connection.destroy();
      }),
  };
}

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const head = ({ status, headers }: CannedAnswer, length?: number): string =>
  [
    `HTTP/1.1 ${status} Canned`,
    ...Object.entries({ ...headers, ...(length !== undefined && { 'content-length': `${length}` }) }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    'connection: close',
    '\r\n',
  ].join('\r\n');

/** Once a request has come. */
const onRequest =
  (then: (connection: Duplex) => void): Conduct =>
  (connection) => {
    connection.once('data', () => then(connection));
  };

/** Answers every request alike, after so many milliseconds. */
export const answering = (answer: CannedAnswer, late = 0): Conduct =>
  onRequest((connection) => {
    const body = answer.body ?? '';
    const send = () => connection.end(head(answer, Buffer.byteLength(body)) + body);
    if (late === 0) send();
    else setTimeout(send, late);
  });

/** Answers the first request with the first answer and so on; the last one stays. */
export function answeringInTurn(...answers: readonly CannedAnswer[]): Conduct {
  let turn = 0;
  return onRequest((connection) => {
    const answer = answers[Math.min(turn++, answers.length - 1)];
    if (answer) connection.end(head(answer, Buffer.byteLength(answer.body ?? '')) + (answer.body ?? ''));
  });
}

/** Takes the request and says nothing. */
export const hanging: Conduct = onRequest(() => {});

/** Begins an answer and goes on with it a byte at a time, for ever. */
export const trickling = (answer: CannedAnswer): Conduct =>
  onRequest((connection) => {
    connection.write(head(answer, 1_000_000) + (answer.body ?? ''));
    const timer = setInterval(() => connection.write(' '), 20);
    connection.once('close', () => clearInterval(timer));
  });

/** Ends the connection when a request has come. */
export const resetting: Conduct = onRequest((connection) => connection.destroy());

/** Ends the connection in the middle of an answer. */
export const breakingOff = (answer: CannedAnswer): Conduct =>
  onRequest((connection) => {
    connection.write(head(answer, 1_000_000) + (answer.body ?? ''), () => connection.destroy());
  });

/** Sends an answer without end as fast as it is taken. */
export const endless = (answer: CannedAnswer, piece: string): Conduct =>
  onRequest((connection) => {
    const chunk = piece.repeat(1000);
    connection.write(head(answer) + (answer.body ?? ''));
    const pour = () => {
      while (connection.writable && connection.write(chunk));
    };
    connection.on('drain', pour);
    pour();
  });

/** Another protocol altogether, which speaks first. */
export const speakingSsh: Conduct = (connection) => {
  connection.write('SSH-2.0-OpenSSH_9.9\r\n');
};
