import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What an attack is after: a listener that nobody may get a byte to. */
export interface Target {
  readonly port: number;
  readonly connections: () => number;
  readonly bytes: () => number;
  stop(): Promise<void>;
}

/** Listens on loopback, counts, and answers what no storage would, so that whoever got here is done quickly. */
export async function startTarget(): Promise<Target> {
  const open = new Set<Socket>();
  let [connections, bytes] = [0, 0];
  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    connections: () => connections,
    bytes: () => bytes,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
