import { expect, onTestFinished, test } from 'vitest';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import { credential } from './s3-bucket.ts';

const hour = 3_600_000;

test.each([-hour, 0, hour])(
  'a URL is signed by the clock of the storage, which is %i ms ahead of ours',
  async (clockOffsetMs) => {
    const service = await startS3StandIn({
      clockOffsetMs,
      keys: [
        { accessKey: 'AKIATEST', secretKey: 'test-secret', rights: [{ bucket: 'photos', actions: ['list', 'put'] }] },
      ],
      buckets: [{ name: 'photos', region: 'us-east-1', objects: {} }],
    });
    onTestFinished(service.stop);
    const storage = storageFor({ EGRESS_ALLOW: `127.0.0.1:${service.port}` });
    const target = { provider: 's3', endpoint: service.url, bucket: 'photos', prefix: '' } as const;
    const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    expect((await opened.value.list()).ok).toBe(true);
    const reply = await fetch(await opened.value.signPut('a.csv', 900), { method: 'PUT', body: 'x' });
    expect(reply.status).toBe(200);
  },
);
