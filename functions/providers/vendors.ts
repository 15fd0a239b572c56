import type { Provider } from '../core/connection.ts';
import { readAmazonHost } from './amazon-host.ts';

/** How storages that speak the S3 protocol differ from each other: one row each. */
export interface Vendor {
  readonly name: 'amazon' | 'google' | 'other';
  /** Whether a host is the vendor's own; rows without are only found by provider. */
  readonly serves: (host: string) => boolean;
  /** Where the bucket's name goes: before the host, or first in the path. */
  readonly addressing: 'virtual-host' | 'path';
  /** Signed with when neither the caller nor the host names a region. */
  readonly region: string;
}

const amazon: Vendor = {
  name: 'amazon',
  serves: (host) => readAmazonHost(host) !== undefined,
  addressing: 'virtual-host',
  region: 'us-east-1',
};

/** Google Cloud Storage by its HMAC keys; it has no regions, and its tools sign with this one. */
const google: Vendor = {
  name: 'google',
  serves: (host) => host === 'storage.googleapis.com',
  addressing: 'path',
  region: 'auto',
};

/** MinIO, Ceph and all the others at addresses of their own. */
const other: Vendor = { name: 'other', serves: () => true, addressing: 'path', region: 'us-east-1' };

/** @param host in lower case */
export function vendorOf(provider: Exclude<Provider, 'azure'>, host: string): Vendor {
  switch (provider) {
    case 'gcs':
      return google;
    case 's3':
      return [amazon, google].find(({ serves }) => serves(host)) ?? other;
  }
}
