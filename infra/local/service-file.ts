import type { Operator } from '../admin/running-service.ts';
import type { DemoRoles } from './demo/demo-target.ts';
import type { LocalTarget } from './local-target.ts';

interface DemoPlace {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** What scripts read in `.local/service.json` while the service runs; everything needed to call it. */
export interface ServiceFile {
  readonly url: string;
  readonly organizationId: number;
  readonly organizationSlug: string;
  readonly externalId: string;
  readonly key: string;
  readonly operator: Operator;
  readonly demo: {
    readonly s3: DemoPlace & { readonly region: string };
    /** The bucket is the container, the access key the account's name, the secret key the account's key. */
    readonly azure: DemoPlace;
    /** By service account: the access key is its e-mail address, the secret key its key file. */
    readonly google: DemoPlace;
    readonly googleHmac: DemoPlace;
    /** The providers' own endpoints of the same, and what they are on this machine. */
    readonly own: {
      readonly s3: string;
      readonly s3Accelerated: string;
      readonly azure: string;
      /** Where a client is to be led by their names at port 443, and the certificate authority that it is to trust. */
      readonly port: number;
      readonly ca: string;
    };
    /** A second bucket beside that of `s3`: with a whole dataset. */
    readonly dataset: string;
    readonly roles: DemoRoles;
  };
}

/** @throws Error for a target without a demo storage */
export function serviceFile(target: Pick<LocalTarget, 'url' | 'seeded' | 'demo' | 'wire' | 'template'>): ServiceFile {
  const { url, seeded, demo, wire, template } = target;
  if (demo === undefined) throw new Error('The target has no demo storage.');
  const { keys, s3, azure, gcs, hosts, roles } = demo;
  return {
    url,
    organizationId: seeded.organizationId,
    organizationSlug: seeded.organizationSlug,
    externalId: seeded.externalId,
    key: seeded.key,
    operator: { ...wire.administrator(), region: template.region ?? 'us-east-1' },
    demo: {
      s3: { endpoint: s3.endpoint, bucket: s3.bucket, region: s3.region, ...keys.s3 },
      azure: {
        endpoint: azure.endpoint,
        bucket: azure.container,
        accessKey: keys.azure.account,
        secretKey: keys.azure.key,
      },
      google: {
        endpoint: gcs.ownEndpoint,
        bucket: gcs.bucket,
        accessKey: keys.gcs.clientEmail,
        secretKey: gcs.keyFile,
      },
      googleHmac: { endpoint: gcs.ownEndpoint, bucket: gcs.bucket, ...keys.gcs.hmac },
      own: {
        s3: s3.ownEndpoint,
        s3Accelerated: s3.acceleratedEndpoint,
        azure: azure.ownEndpoint,
        port: hosts.port,
        ca: hosts.ca,
      },
      dataset: s3.dataset,
      roles,
    },
  };
}
