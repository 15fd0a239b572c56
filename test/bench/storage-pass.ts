import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Credential } from '../../functions/core/storage/credential.ts';
import { verifyBucket } from '../../functions/core/verification/verify-bucket.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';
import { type Figure, inTurn, median, timed } from './figures.ts';
import { bucketServer } from './storage-server.ts';

const rounds = 40;
const latencyMs = 30;
/** At most so many times the bare SDK call that an S3 verification makes. */
const budget = 1.2;

const credential: Credential = { kind: 'access-key-pair', accessKey: 'bench', secretKey: 'bench' };

/** One verification of the bucket at this port, as a request makes it. */
export async function verifyAt(port: number): Promise<void> {
  const target = { provider: 's3', endpoint: `http://127.0.0.1:${port}`, bucket: 'bench', prefix: '' } as const;
  const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1', EGRESS_PORTS: '', CONNECT_TO: '' });
  const deadline = AbortSignal.timeout(8_000);
  const opened = await storage.open(target, credential, deadline);
  await verifyBucket(opened, { deadline, clock: () => performance.now(), random: Math.random });
}

/** A pass over the bare call, both on new connections, as a caller's storage mostly is met. */
export async function storagePass(): Promise<readonly Figure[]> {
  const server = await bucketServer(1000, latencyMs);
  const bare = async () => {
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${server.port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    });
    await client.send(new ListObjectsV2Command({ Bucket: 'bench' }));
    client.destroy();
  };
  try {
    const pairs = await inTurn(
      rounds,
      () => timed(() => verifyAt(server.port)),
      () => timed(bare),
    );
    const measured = median(pairs.map(([pass, call]) => pass / call));
    return [{ what: `S3 pass over the bare call, at ${latencyMs} ms latency`, measured, budget, unit: '×' }];
  } finally {
    await server.stop();
  }
}
