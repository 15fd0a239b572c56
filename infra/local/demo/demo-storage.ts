import { join } from 'node:path';
import { startAzureBlobService } from '../storage/azure/azure-blob-service.ts';
import { type GcsServices, openGcs } from '../storage/gcs/gcs-emulator.ts';
import type { TlsIdentity } from '../storage/loopback-server.ts';
import { type OwnHosts, startOwnHosts } from '../storage/provider-hosts.ts';
import { type S3StandIn, type S3StandInOptions, startS3StandIn } from '../storage/s3/s3-emulator.ts';
import type { S3Right } from '../storage/s3/store/model.ts';
import { datasetFiles, demoFiles } from './demo-content.ts';
import {
  type DemoKeys,
  type DemoSession,
  demoAccount,
  demoProject,
  demoRoles,
  demoUser,
  keyFileOf,
  newDemoSession,
  publicKeyOf,
} from './demo-keys.ts';

const BUCKET = 'demo-bucket';
const DATASET = 'demo-dataset';
const REGION = 'us-east-1';
const CONTAINER = 'demo-container';

export interface DemoStorageOptions {
  /** Kept between runs; one demo storage at a time may use it. */
  readonly dataDir: string;
  readonly keys: DemoKeys;
  /** Ports of an earlier run, used again when they are still free. */
  readonly ports?: { readonly s3?: number; readonly azure?: number };
  /** With it the two services that have endpoints on this machine speak https there. */
  readonly tls?: TlsIdentity;
  /** A text added to the message of every error of any service. */
  readonly errorMessage?: string;
  /** Told of every call that changed who may do what with the S3 buckets, once it has; must not throw. */
  readonly onManagement?: NonNullable<S3StandInOptions['onManagement']>;
}

/** Endpoints called `own` are the provider's, which `hosts` answers for; the others are on this machine. */
export interface DemoStorage {
  readonly s3: {
    readonly endpoint: string;
    readonly port: number;
    /** Accelerated, and with a dataset that lacks a part. */
    readonly bucket: string;
    /** A bucket with a whole dataset as CVAL lays it out; not accelerated. */
    readonly dataset: string;
    /** Of both buckets. */
    readonly region: string;
    readonly ownEndpoint: string;
    readonly acceleratedEndpoint: string;
    /** Temporary credentials with the rights of the access key, for roles to lead to. */
    readonly session: DemoSession;
    /** What the stand-in was asked at either endpoint, the newest last. */
    readonly requests: S3StandIn['requests'];
    readonly setKeyActive: S3StandIn['setKeyActive'];
  };
  readonly azure: {
    readonly endpoint: string;
    readonly port: number;
    readonly container: string;
    readonly ownEndpoint: string;
  };
  readonly gcs: {
    readonly ownEndpoint: string;
    readonly bucket: string;
    readonly project: string;
    /** The service account's, as it is downloaded. */
    readonly keyFile: string;
    readonly requests: GcsServices['requests'];
    readonly setRights: GcsServices['setRights'];
  };
  readonly hosts: Omit<OwnHosts, 'stop'>;
  stop(): Promise<void>;
}

/**
 * Starts S3, Azure Blob and Google Cloud Storage on this machine, with buckets and a container that hold the demo files
 * when they are new, and answers at the providers' own hosts for whoever is led there.
 *
 * @returns once all answer
 * @throws Error when one of them does not start; nothing is left running then
 */
export async function startDemoStorage(options: DemoStorageOptions): Promise<DemoStorage> {
  const session = newDemoSession();
  const starting = [startBuckets(options, session), startContainer(options)] as const;
  try {
    const [s3, azure, gcs] = await Promise.all([...starting, openGoogle(options)]);
    const { stop: stopHosts, ...hosts } = await startOwnHosts({
      s3: s3.listener,
      azure: azure.listener,
      gcs: gcs.listener,
    });
    const { account } = options.keys.azure;
    return {
      s3: {
        endpoint: s3.url,
        port: s3.port,
        bucket: BUCKET,
        dataset: DATASET,
        region: REGION,
        ownEndpoint: `https://s3.${REGION}.amazonaws.com`,
        acceleratedEndpoint: 'https://s3-accelerate.amazonaws.com',
        session,
        requests: s3.requests,
        setKeyActive: s3.setKeyActive,
      },
      azure: {
        endpoint: `${azure.url}/${account}`,
        port: azure.port,
        container: CONTAINER,
        ownEndpoint: `https://${account}.blob.core.windows.net`,
      },
      gcs: {
        ownEndpoint: 'https://storage.googleapis.com',
        bucket: BUCKET,
        project: demoProject,
        keyFile: keyFileOf(options.keys.gcs),
        requests: gcs.requests,
        setRights: gcs.setRights,
      },
      hosts,
      stop: async () => {
        await stopHosts();
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

/** An absent option stays absent. */
const planted = ({ errorMessage }: DemoStorageOptions) => (errorMessage === undefined ? {} : { errorMessage });
const seesAll: S3Right = { bucket: '*', actions: ['list'] };
const secured = ({ tls }: DemoStorageOptions) => (tls === undefined ? {} : { tls });

function startBuckets(options: DemoStorageOptions, session: DemoSession): ReturnType<typeof startS3StandIn> {
  const { accessKey, secretKey } = options.keys.s3;
  const rights = [BUCKET, DATASET].map((bucket) => ({ bucket, actions: ['list', 'get', 'put', 'delete'] as const }));
  const { accessKeyId, secretAccessKey, sessionToken } = session;
  const bucket = { region: REGION, owner: accessKey, cors: true };
  return startS3StandIn({
    ...planted(options),
    ...secured(options),
    ...(options.onManagement !== undefined && { onManagement: options.onManagement }),
    port: { preferred: options.ports?.s3 ?? 0 },
    dataDir: join(options.dataDir, 's3'),
    keys: [
      { accessKey, secretKey, rights, arns: [`arn:aws:iam::${demoAccount}:user/${demoUser}`] },
      // It owns no bucket, so that it has to be allowed to see them in the account's list.
      {
        accessKey: accessKeyId,
        secretKey: secretAccessKey,
        sessionToken,
        rights: [...rights, seesAll],
        arns: Object.values(demoRoles),
      },
    ],
    buckets: [
      { ...bucket, name: BUCKET, accelerate: true, objects: demoFiles() },
      { ...bucket, name: DATASET, objects: datasetFiles() },
    ],
  });
}

async function startContainer(options: DemoStorageOptions): ReturnType<typeof startAzureBlobService> {
  const { account, key } = options.keys.azure;
  // The SDK is loaded while Azurite starts, in its own process.
  const [service, { seedContainer }] = await Promise.all([
    startAzureBlobService({
      ...planted(options),
      ...secured(options),
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

function openGoogle(options: DemoStorageOptions): Promise<GcsServices> {
  const { clientEmail: email, hmac } = options.keys.gcs;
  return openGcs({
    ...planted(options),
    dataDir: join(options.dataDir, 'gcs'),
    accounts: [
      {
        email,
        publicKeys: [publicKeyOf(options.keys.gcs)],
        rights: [{ bucket: BUCKET, actions: ['list', 'put'] }],
        listsBucketsOf: [demoProject],
      },
    ],
    hmacKeys: [{ ...hmac, rights: [{ bucket: BUCKET, actions: ['list', 'get', 'put', 'delete'] }, seesAll] }],
    buckets: [{ name: BUCKET, project: demoProject, location: 'EUROPE-WEST1', cors: true, objects: demoFiles() }],
  });
}
