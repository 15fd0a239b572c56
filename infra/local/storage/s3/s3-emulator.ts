import type { RequestListener } from 'node:http';
import { listenOnLoopback, type PortChoice, type TlsIdentity } from '../loopback-server.ts';
import { newRequestLog } from '../request-log.ts';
import { type RecordedRequest, type S3Wording, s3Listener } from './listener.ts';
import { newPayloadBudget } from './operations/payload.ts';
import type { WithoutV2 } from './service.ts';
import { openBucket } from './store/buckets.ts';
import type { ManagementCall, S3Bucket, S3Key } from './store/model.ts';

export interface S3StandInOptions extends S3Wording {
  /** 0 by default: any free port, on 127.0.0.1 only. */
  readonly port?: PortChoice;
  /** Where objects are kept; without it they are kept in memory. One stand-in at a time may use it. */
  readonly dataDir?: string;
  readonly keys: readonly S3Key[];
  readonly buckets: readonly S3Bucket[];
  readonly tls?: TlsIdentity;
  /** Milliseconds by which its clock is ahead of this machine's; 0 by default. */
  readonly clockOffsetMs?: number;
  /** Serves as storages do that lack ListObjectsV2. */
  readonly withoutV2?: WithoutV2;
  /** Told of every call that changed permissions, once it has. It must not throw. */
  readonly onManagement?: (call: ManagementCall) => void;
}

export interface S3StandIn {
  readonly url: string;
  readonly port: number;
  /** Answers at other servers what is answered here. */
  readonly listener: RequestListener;
  /** The last thousand requests, oldest first; the same array for the stand-in's whole life. */
  readonly requests: readonly RecordedRequest[];
  /**
   * Makes a key inactive, or active again, as IAM's UpdateAccessKey does: while it is inactive, it is not known. Not
   * kept over a restart. @throws Error when there is no such key
   */
  setKeyActive(accessKey: string, active: boolean): void;
  stop(): Promise<void>;
}

/**
 * Starts an S3 service on this machine that checks signatures and rights and answers as Amazon S3 documents it.
 *
 * @throws Error when the port is taken, the data directory cannot be used, or a bucket has an impossible name
 */
export async function startS3StandIn(options: S3StandInOptions): Promise<S3StandIn> {
  const { onManagement } = options;
  const keys = [...options.keys];
  const service = {
    keys,
    buckets: await Promise.all(options.buckets.map((bucket) => openBucket(bucket, options.dataDir))),
    budget: newPayloadBudget(),
    withoutV2: options.withoutV2,
    now: () => new Date(Date.now() + (options.clockOffsetMs ?? 0)),
    onManagement,
  };
  const log = newRequestLog<RecordedRequest>();
  const listener = s3Listener(service, options, log.add);
  const server = await listenOnLoopback(listener, options.port ?? 0, options.tls);
  return {
    url: server.url,
    port: server.port,
    listener,
    requests: log.entries,
    setKeyActive: (accessKey, active) => {
      const index = keys.findIndex((key) => key.accessKey === accessKey);
      const key = keys[index];
      if (key === undefined) throw new Error('The stand-in has no such access key.');
      keys[index] = { ...key, active };
      onManagement?.({ eventName: 'UpdateAccessKey', accessKey, status: active ? 'Active' : 'Inactive' });
    },
    stop: server.stop,
  };
}
