import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canary } from '../canary.ts';

/** How a bucket is at the moment; one that is `silent` answers once it is in another mood, one that is `hanging` never. */
export type Mood = 'well' | 'denied' | 'silent' | 'hanging';

/**
 * An S3 storage whose buckets are each in whatever mood they are put, `well` at first. It looks at no signature and
 * stands for nothing but the answers it gives.
 */
export async function startMoodyS3() {
  const moods = new Map<string, Mood>();
  const asked = new Map<string, number>();
  const kept = new Map<string, ServerResponse[]>();
  const moodOf = (bucket: string): Mood => moods.get(bucket) ?? 'well';

  const answer = (bucket: string, response: ServerResponse): void => {
    response.setHeader('content-type', 'application/xml');
    switch (moodOf(bucket)) {
      case 'silent':
        kept.set(bucket, [...(kept.get(bucket) ?? []), response]);
        return;
      case 'hanging':
        return;
      case 'denied':
        response.statusCode = 403;
        response.end(`<Error><Code>AccessDenied</Code><Message>${canary.remote}</Message></Error>`);
        return;
      case 'well':
        response.end(
          `<ListBucketResult><Name>${bucket}</Name><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a.csv</Key><Size>1</Size></Contents></ListBucketResult>`,
        );
    }
  };
  const server = createServer((request, response) => {
    const bucket = request.url?.split(/[/?]/)[1] ?? '';
    asked.set(bucket, (asked.get(bucket) ?? 0) + 1);
    answer(bucket, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** How often a bucket was asked for. */
    requests: (bucket: string): number => asked.get(bucket) ?? 0,
    be(bucket: string, mood: Mood): void {
      moods.set(bucket, mood);
      for (const response of kept.get(bucket)?.splice(0) ?? []) answer(bucket, response);
    },
    /** What adds a connection to a bucket through Edge Impulse's API. */
    body: (bucket: string) => ({
      ...{ storageProvider: 'other', accessKey: 'moody', secretKey: canary.secret, region: 'us-east-1', bucket },
      endpoint: `http://127.0.0.1:${port}`,
    }),
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
