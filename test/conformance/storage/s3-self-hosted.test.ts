import { type S3Vendor, s3VendorNames, s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { buckets, type Lead } from './harness.ts';
import { s3Protocol, startHonestS3 } from './s3.ts';
import { storageConformance } from './suite.ts';

/** Every vendor whose customers have endpoints of their own, asked by path: one row of the table, one run. */
for (const vendor of s3VendorNames.filter((name) => s3Vendors[name].publicEndpoint === undefined)) {
  const { region, listing } = s3Vendors[vendor];
  const lead = (
    endpoint: string,
    allowed: string,
    more: Partial<StorageTarget>,
    options: EgressOptions = {},
  ): Lead => ({
    storage: storageFor({ EGRESS_ALLOW: allowed }, options),
    target: { provider: 's3', endpoint, ...named(vendor), bucket: buckets.good.name, prefix: '', ...more },
  });
  storageConformance({
    ...s3Protocol,
    provider: `S3 by path: ${vendor}`,
    // Such a storage may answer so to a key that it does not know, and may have a proxy before it.
    says: { ...s3Protocol.says, wrongSecret: 'signature-refused' },
    usual: 'http',
    certificateNames: ['127.0.0.1'],
    regions: { bucket: 'faraway', right: 'ap-southeast-2', wrong: 'eu-west-1', toldBy: 'storage' },
    async start() {
      // Half of what is in use knows ListObjectsV2; the row without a name stands for that half.
      const isOld = listing === 'v2-or-v1' && vendor !== 'other';
      const service = await startHonestS3(region, isOld ? { withoutV2: 'ignored' } : {});
      return {
        at: (bucket, more) => lead(service.url, `127.0.0.1:${service.port}`, { bucket, ...more }),
        towards: (port, scheme, ca) => lead(`${scheme}://127.0.0.1:${port}`, `127.0.0.1:${port}`, {}, { ca }),
        forbidden: (port) => lead(`http://127.0.0.1:${port}`, '', {}),
        lookedUp: (lookup) => lead('https://storage.example.com', '', {}, { lookup }),
        calls: () => service.requests.length,
        put: async (url, body) => (await fetch(url, { method: 'PUT', body })).status,
        stop: service.stop,
      };
    },
  });
}

/** Nobody needs to name the row that everything else falls to. */
const named = (vendor: S3Vendor) => (vendor === 'other' ? {} : { vendor });
