import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canary } from '../canary.ts';

/** How the account is at the moment; a code is answered with its status, `hanging` not at all. */
export type Mood = 'well' | 'hanging' | { readonly status: number; readonly code: string };

/** An Azure storage account that is in whatever mood it is put. It stands for nothing but the answers it gives. */
export async function startMoodyAzure() {
  let mood: Mood = 'well';
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    if (mood === 'hanging') return;
    response.setHeader('content-type', 'application/xml');
    if (mood === 'well') {
      response.end(
        `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://moody/" ContainerName="${containerIn(request.url)}"><Blobs/><NextMarker/></EnumerationResults>`,
      );
      return;
    }
    response.statusCode = mood.status;
    response.setHeader('x-ms-error-code', mood.code);
    response.end(
      `<?xml version="1.0" encoding="utf-8"?><Error><Code>${mood.code}</Code><Message>${canary.remote}</Message></Error>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests: () => requests,
    be(next: Mood) {
      mood = next;
    },
    /** A request to verify a container of this account; `container` makes it a verification of its own. */
    body: (container: string, secretKey: string) => ({
      storageProvider: 'azure',
      accessKey: 'moody',
      secretKey,
      bucket: container,
      endpoint: `http://127.0.0.1:${port}/moody`,
    }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** `/moody/box?restype=container&comp=list` → `box` */
const containerIn = (url = ''): string => url.split(/[/?]/)[2] ?? '';
