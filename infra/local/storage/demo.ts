import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startAzureBlobService } from './azure-blob-service.ts';
import { demoFiles } from './demo-content.ts';
import type { TlsIdentity } from './loopback-server.ts';
import { type RecordedRequest, startS3StandIn } from './s3-stand-in.ts';

const BUCKET = 'demo-bucket';
const REGION = 'us-east-1';
const CONTAINER = 'demo-container';

/** The credentials the demo storage accepts. `azure.key` is in base64. */
export interface DemoKeys {
  readonly s3: { readonly accessKey: string; readonly secretKey: string };
  readonly azure: { readonly account: string; readonly key: string };
}

export interface DemoStorageOptions {
  /** Kept between runs; one demo storage at a time may use it. */
  readonly dataDir: string;
  readonly keys: DemoKeys;
  /** Ports of an earlier run, used again when they are still free. */
  readonly ports?: { readonly s3?: number; readonly azure?: number };
  readonly tls?: TlsIdentity;
  /** A text added to the message of every error of either service. */
  readonly errorMessage?: string;
}

export interface DemoStorage {
  readonly s3: {
    readonly endpoint: string;
    readonly port: number;
    readonly bucket: string;
    readonly region: string;
    /** What the stand-in was asked, the newest last. */
    readonly requests: readonly RecordedRequest[];
  };
  readonly azure: { readonly endpoint: string; readonly port: number; readonly container: string };
  stop(): Promise<void>;
}

/** New random keys, in the form and length of the real ones. */
export function newDemoKeys(): DemoKeys {
  const letters = Array.from(randomBytes(16), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31] ?? '').join('');
  return {
    s3: { accessKey: `AKIA${letters}`, secretKey: randomBytes(30).toString('base64') },
    azure: { account: 'demoaccount', key: randomBytes(64).toString('base64') },
  };
}

/**
 * Starts an S3 bucket and an Azure container on this machine, both holding the demo files when they are new.
 *
 * @returns once both answer
 * @throws Error when one of them does not start; nothing is left running then
 */
export async function startDemoStorage(options: DemoStorageOptions): Promise<DemoStorage> {
  const starting = [startBucket(options), startContainer(options)] as const;
  try {
    const [s3, azure] = await Promise.all(starting);
    return {
      s3: { endpoint: s3.url, port: s3.port, bucket: BUCKET, region: REGION, requests: s3.requests },
      azure: { endpoint: `${azure.url}/${options.keys.azure.account}`, port: azure.port, container: CONTAINER },
      stop: async () => {
        await Promise.all([s3.stop(), azure.stop()]);
      },
    };
  } catch (error) {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value.stop();
    }
    throw error;
  }
}

/** What both services take from the options; an absent option stays absent. */
function optionsOfBoth({ tls, errorMessage }: DemoStorageOptions): Pick<DemoStorageOptions, 'tls' | 'errorMessage'> {
  return { ...(tls === undefined ? {} : { tls }), ...(errorMessage === undefined ? {} : { errorMessage }) };
}

async function startBucket(options: DemoStorageOptions): ReturnType<typeof startS3StandIn> {
  const { accessKey, secretKey } = options.keys.s3;
  return startS3StandIn({
    ...optionsOfBoth(options),
    port: { preferred: options.ports?.s3 ?? 0 },
    dataDir: join(options.dataDir, 's3'),
    keys: [{ accessKey, secretKey, rights: [{ bucket: BUCKET, actions: ['list', 'get', 'put', 'delete'] }] }],
    buckets: [{ name: BUCKET, region: REGION, owner: accessKey, cors: true, objects: demoFiles() }],
  });
}

async function startContainer(options: DemoStorageOptions): ReturnType<typeof startAzureBlobService> {
  const { account, key } = options.keys.azure;
  // The SDK is loaded while Azurite starts, in its own process.
  const [service, { seedContainer }] = await Promise.all([
    startAzureBlobService({
      ...optionsOfBoth(options),
      port: { preferred: options.ports?.azure ?? 0 },
      dataDir: join(options.dataDir, 'azure'),
      accounts: [{ name: account, keys: [key] }],
    }),
    import('./demo-container.ts'),
  ]);
  try {
    await seedContainer(`${service.url}/${account}`, { name: account, key }, CONTAINER, demoFiles(), options.tls);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}
