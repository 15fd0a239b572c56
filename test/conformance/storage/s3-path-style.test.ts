import type { StorageTarget } from '../../../functions/core/connection.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/registry.ts';
import { buckets, type Lead } from './harness.ts';
import { s3Protocol, startHonestS3 } from './s3.ts';
import { storageConformance } from './suite.ts';

const region = 'us-east-1';

function lead(endpoint: string, allowed: string, more: Partial<StorageTarget>, options: EgressOptions = {}): Lead {
  return {
    storage: storageFor({ EGRESS_ALLOW: allowed }, options),
    target: { provider: 's3', endpoint, bucket: buckets.good.name, prefix: '', ...more },
  };
}

storageConformance({
  ...s3Protocol,
  provider: 'S3 by path',
  usual: 'http',
  certificateNames: ['127.0.0.1'],
  regions: { bucket: 'faraway', right: 'ap-southeast-2', wrong: 'eu-west-1' },
  async start() {
    const service = await startHonestS3(region);
    return {
      at: (bucket, more) => lead(service.url, `127.0.0.1:${service.port}`, { bucket, ...more }),
      towards: (port, scheme, ca) => lead(`${scheme}://127.0.0.1:${port}`, `127.0.0.1:${port}`, {}, { ca }),
      forbidden: (port) => lead(`http://127.0.0.1:${port}`, '', {}),
      lookedUp: (lookup) => lead('https://minio.example.com', '', {}, { lookup }),
      calls: () => service.requests.length,
      put: async (url, body) => (await fetch(url, { method: 'PUT', body })).status,
      stop: service.stop,
    };
  },
});
