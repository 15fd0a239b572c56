import { request } from 'node:https';
import type { StorageTarget } from '../../../functions/core/connection.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/registry.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { buckets, type Lead } from './harness.ts';
import { s3Protocol, startHonestS3 } from './s3.ts';
import { storageConformance } from './suite.ts';

const region = 'us-west-2';
const regional = `s3.${region}.amazonaws.com`;
const certificateNames = [`*.${regional}`, regional, '*.s3.amazonaws.com', 's3.amazonaws.com'];

function lead(port: number, more: Partial<StorageTarget>, options: EgressOptions, allowed?: string): Lead {
  return {
    storage: storageFor(
      { CONNECT_TO: `*.amazonaws.com::127.0.0.1:${port}`, EGRESS_ALLOW: allowed ?? `127.0.0.1:${port}` },
      options,
    ),
    target: { provider: 's3', endpoint: `https://${regional}`, bucket: buckets.good.name, prefix: '', ...more },
  };
}

storageConformance({
  ...s3Protocol,
  provider: 'Amazon S3 by its own hosts',
  usual: 'https',
  certificateNames,
  regions: { bucket: 'faraway', right: 'ap-southeast-2', wrong: 'eu-west-1' },
  async start() {
    const identity = newCertificate(certificateNames);
    const service = await startHonestS3(region, identity);
    return {
      at: (bucket, more) =>
        lead(
          service.port,
          { bucket, ...(bucket === 'faraway' && { endpoint: 'https://s3.amazonaws.com' }), ...more },
          { ca: [identity.cert] },
        ),
      towards: (port, scheme, ca) =>
        lead(
          port,
          { endpoint: `${scheme}://${regional}` },
          { ca },
          // Plain http needs the host itself to be allowed.
          `127.0.0.1:${port},${buckets.good.name}.${regional}:80`,
        ),
      forbidden: (port) => lead(port, {}, {}, ' '),
      lookedUp: (lookup) => ({ ...lead(1, {}, {}), storage: storageFor({}, { lookup }) }),
      calls: () => service.requests.length,
      put: (url, body) => putAt(url, body, service.port, identity.cert),
      stop: service.stop,
    };
  },
});

/** A PUT to a host of Amazon's that is really here. */
function putAt(url: string, body: string, port: number, ca: string): Promise<number> {
  const { host, hostname, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-length': Buffer.byteLength(body) };
    const options = {
      host: '127.0.0.1',
      port,
      path: pathname + search,
      servername: hostname,
      ca,
      method: 'PUT',
      headers,
    };
    request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end(body);
  });
}
