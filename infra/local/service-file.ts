import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
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
  readonly key: string;
  readonly demo: {
    readonly s3: DemoPlace & { readonly region: string };
    /** The bucket is the container, the access key the account's name, the secret key the account's key. */
    readonly azure: DemoPlace;
  };
}

/** @throws Error for a target without a demo storage */
export function serviceFile({ url, seeded, demo }: Pick<LocalTarget, 'url' | 'seeded' | 'demo'>): ServiceFile {
  if (demo === undefined) throw new Error('The target has no demo storage.');
  const { keys, s3, azure } = demo;
  return {
    url,
    organizationId: seeded.organizationId,
    organizationSlug: seeded.organizationSlug,
    key: seeded.key,
    demo: {
      s3: { endpoint: s3.endpoint, bucket: s3.bucket, region: s3.region, ...keys.s3 },
      azure: {
        endpoint: azure.endpoint,
        bucket: azure.container,
        accessKey: keys.azure.account,
        secretKey: keys.azure.key,
      },
    },
  };
}

const running = z.object({ url: z.string() });

/** The address in a service file; undefined when there is none to be read. */
export function readUrl(file: string): string | undefined {
  try {
    return running.parse(JSON.parse(readFileSync(file, 'utf8'))).url;
  } catch {
    return undefined;
  }
}
