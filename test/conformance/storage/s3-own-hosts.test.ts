import { s3VendorNames, s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { buckets, type Harness, type Lead } from './harness.ts';
import { putAt } from './put-at.ts';
import { s3Protocol, startHonestS3 } from './s3.ts';
import { storageConformance } from './suite.ts';

/** Every vendor that has hosts of its own, asked for there: one row of the table, one run. */
for (const vendor of s3VendorNames) {
  const row = s3Vendors[vendor];
  if (row.publicEndpoint === undefined) continue;
  const hasRegions = row.publicEndpoint.includes('{region}');
  const region = hasRegions ? 'us-west-2' : row.region;
  const { hostname } = new URL(row.publicEndpoint.replace('{region}', region));
  const globalHost = 's3.amazonaws.com';
  const certificateNames = [hostname, `*.${hostname}`, globalHost, `*.${globalHost}`];
  const provider = vendor === 'google' ? 'gcs' : 's3';

  const lead = (port: number, more: Partial<StorageTarget>, options: EgressOptions, allowed?: string): Lead => {
    const mapped = [`${hostname}::127.0.0.1:${port}`, `*.${hostname}::127.0.0.1:${port}`];
    const global = [`${globalHost}::127.0.0.1:${port}`, `*.${globalHost}::127.0.0.1:${port}`];
    const environment = {
      CONNECT_TO: [...mapped, ...global].join(','),
      EGRESS_ALLOW: allowed ?? `127.0.0.1:${port}`,
    };
    return {
      storage: storageFor(environment, options),
      target: { provider, endpoint: `https://${hostname}`, bucket: buckets.good.name, prefix: '', ...more },
    };
  };
  storageConformance({
    ...s3Protocol,
    provider: `S3 at its own hosts: ${vendor}`,
    usual: 'https',
    certificateNames,
    ...(hasRegions && { regions: regionCases(row.regionIsOfHost === true) }),
    async start() {
      const identity = newCertificate(certificateNames);
      const service = await startHonestS3(region, { tls: identity, google: vendor === 'google' });
      const isGlobal = (bucket: string) => vendor === 'amazon' && bucket === 'faraway';
      return {
        at: (bucket, more) =>
          lead(
            service.port,
            { bucket, ...(isGlobal(bucket) && { endpoint: `https://${globalHost}` }), ...more },
            { ca: [identity.cert] },
          ),
        towards: (port, scheme, ca) =>
          lead(
            port,
            { endpoint: `${scheme}://${hostname}` },
            { ca },
            // Plain http needs the host itself to be allowed.
            `127.0.0.1:${port},${hostname}:80,${buckets.good.name}.${hostname}:80`,
          ),
        forbidden: (port) => lead(port, {}, {}, ' '),
        lookedUp: (lookup) => ({ ...lead(1, {}, {}), storage: storageFor({}, { lookup }) }),
        calls: () => service.requests.length,
        put: (url, body) => putAt(url, body, service.port, identity.cert),
        stop: service.stop,
      };
    },
    says: { ...s3Protocol.says },
  });
}

function regionCases(isToldByHost: boolean): NonNullable<Harness['regions']> {
  return isToldByHost
    ? { bucket: buckets.empty.name, right: 'us-west-2', wrong: 'eu-west-1', toldBy: 'host' }
    : { bucket: 'faraway', right: 'ap-southeast-2', wrong: 'eu-west-1', toldBy: 'storage' };
}
