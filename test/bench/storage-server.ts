import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An HTTP server on this machine, answering each request as it is told; a body that nobody reads is dropped. */
export interface BenchServer {
  readonly port: number;
  stop(): Promise<void>;
}

export async function serve(
  answer: (url: URL, response: ServerResponse, request: IncomingMessage) => Promise<void>,
): Promise<BenchServer> {
  const server: Server = createServer((request, response) => {
    answer(new URL(request.url ?? '/', 'http://localhost'), response, request).catch(() => response.destroy());
    request.resume();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const keysPerPage = 1000;

/** A page of a bucket of so many keys in S3's XML, made as it is asked for. */
export function listPage(url: URL, keys: number): string {
  const bucket = url.pathname.split('/')[1] ?? '';
  const from = Number(url.searchParams.get('continuation-token') ?? 0);
  const to = Math.min(keys, from + keysPerPage);
  const contents = Array.from(
    { length: to - from },
    (_, n) =>
      `<Contents><Key>folder/${String(from + n).padStart(9, '0')}.csv</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>${n}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  ).join('');
  const next = to < keys ? `<NextContinuationToken>${to}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix></Prefix><KeyCount>${to - from}</KeyCount><MaxKeys>${keysPerPage}</MaxKeys><IsTruncated>${to < keys}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

/** A bucket of so many keys that takes so long to answer. */
export const bucketServer = (keys: number, latencyMs: number): Promise<BenchServer> =>
  serve(async (url, response) => {
    await delay(latencyMs);
    response.setHeader('content-type', 'application/xml');
    response.end(listPage(url, keys));
  });

/** A host whose answer never ends. */
export const endlessServer = (): Promise<BenchServer> =>
  serve(async (_, response) => {
    const chunk = Buffer.alloc(65_536, '<Contents><Key>x</Key></Contents>');
    response.setHeader('content-type', 'application/xml');
    response.write('<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>bench</Name>');
    while (!response.destroyed) {
      if (!response.write(chunk))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
  });

/** The longest keys that a listing in XML may hold: 1,024 characters of three bytes, each percent-encoded. */
const longestKeys = Array.from({ length: keysPerPage }, (_, n) => {
  const key = String(n).padStart(4, '0') + '%E2%82%AC'.repeat(340);
  return `<Contents><Key>${key}</Key><Size>${n}</Size></Contents>`;
}).join('');

/** An account of so many buckets, each of which answers with the largest pages there can be, without end. */
export const hostileAccountServer = (buckets: number): Promise<BenchServer> =>
  serve(async (url, response) => {
    const bucket = url.pathname.split('/')[1];
    const next = Number(url.searchParams.get('continuation-token') ?? 0) + 1;
    const names = Array.from({ length: buckets }, (_, n) => `<Bucket><Name>bench-${n}</Name></Bucket>`).join('');
    response.setHeader('content-type', 'application/xml');
    response.end(
      bucket
        ? `<ListBucketResult><Name>${bucket}</Name><EncodingType>url</EncodingType><KeyCount>${keysPerPage}</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>${longestKeys}</ListBucketResult>`
        : `<ListAllMyBucketsResult><Buckets>${names}</Buckets></ListAllMyBucketsResult>`,
    );
  });
