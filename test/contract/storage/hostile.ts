import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canary } from '../canary.ts';

/** A host that answers whatever it is asked with a page of its own, status 200, and counts. */
export async function startHostile() {
  let requests = 0;
  const server = createServer((_, response) => {
    requests++;
    response.setHeader('content-type', 'text/html');
    response.setHeader('x-ms-error-code', canary.remote);
    response.end(`<html><body>${canary.remote}</body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
