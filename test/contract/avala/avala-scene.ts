import { expect } from 'vitest';
import { type Service, startService } from '../service.ts';
import { avalaClient } from './avala-client.ts';

export const configs = '/api/v1/storage-configs/';

/** Sends requests to this API by hand, with the organization's key unless there is another. */
export const sender =
  ({ send, target }: Service) =>
  (method: string, below: string, { headers = {}, ...options }: NonNullable<Parameters<Service['send']>[2]> = {}) =>
    send(method, configs + below, { ...options, headers: { 'x-avala-api-key': target.seeded.key, ...headers } });

/** A 400 that is about one field, with one message. */
export const only = (field: string, message: RegExp) => ({
  status: 400,
  body: { [field]: [expect.stringMatching(message)] },
});
export const notFound = { status: 404, body: { detail: 'Not found.' } } as const;

/** The request of the document, with a key that opens nothing. */
export const documented = {
  name: 'Production S3 Bucket',
  provider: 'aws_s3',
  s3_bucket_name: 'acme-datasets',
  s3_bucket_region: 'us-west-2',
  s3_bucket_prefix: 'annotations/',
  s3_access_key_id: 'YOUR_AWS_ACCESS_KEY_ID',
  s3_secret_access_key: 'YOUR_AWS_SECRET_ACCESS_KEY',
} as const;

/** The deployment with the demo's buckets behind it, at Amazon's and Google's own names. */
export async function startAvalaScene() {
  const service = await startService({ waits: (seconds) => seconds * 10 });
  const { seeded, demo } = service.target;
  if (!demo) throw new Error('The demo storage was not started.');
  return {
    ...{ service, demo, send: sender(service) },
    client: (key: string = seeded.key) => avalaClient(service, key),
    /** The request of the document, with what opens the demo's bucket. */
    amazon: {
      ...documented,
      ...{ s3_bucket_name: demo.s3.bucket, s3_bucket_region: demo.s3.region, s3_bucket_prefix: 'cval/' },
      ...{ s3_access_key_id: demo.keys.s3.accessKey, s3_secret_access_key: demo.keys.s3.secretKey },
    },
    googles: {
      ...{ name: 'Production GCS Bucket', provider: 'gc_storage' },
      ...{ gc_storage_bucket_name: demo.gcs.bucket, gc_storage_prefix: 'cval/' },
      gc_storage_auth_json_content: demo.gcs.keyFile,
    },
  };
}
export type AvalaScene = Awaited<ReturnType<typeof startAvalaScene>>;
