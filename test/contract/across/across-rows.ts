import * as z from 'zod/mini';
import type { LocalTarget } from '../../../infra/local/local-target.ts';

export const apiNames = ['edge-impulse', 'avala', 'nodeum', 'cval'] as const;
export type ApiName = (typeof apiNames)[number];

/** Where a connection points, and with what. */
export interface Place {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region?: string;
  readonly accessKey: string;
  /** Absent: there is nothing secret about it. */
  readonly secretKey?: string;
  /** Of the right form, and not the secret. Absent: none is tried. */
  readonly wrongSecret?: string;
  /** The secret as it is shown, where what was sent held more than is kept. */
  readonly shownSecret?: string;
  /** A part of the secret that is in no answer but one that shows it, where the whole might be escaped. */
  readonly secretPart?: string | undefined;
}

/**
 * One row of the table "One record, four views" (functions/dialects/README.md): what each API calls such a connection;
 * one that is left out does not show it.
 */
export interface Row {
  readonly is: string;
  readonly 'edge-impulse'?: 's3' | 'google' | 'azure' | 'other';
  readonly avala?: 'aws_s3' | 'aws_s3 by role' | 'gc_storage';
  readonly nodeum?: string;
  readonly cval?: 'shown';
  /** The APIs through which it can be made for a bucket. */
  readonly madeBy: readonly ApiName[];
  /** Only Nodeum has a word for the vendor, so what another API made is given it there. */
  readonly isNamedAfterwards?: true;
  /** Whether it is one of those tried without a bucket, too: one of each kind of credential. */
  readonly isTriedForAccounts?: true;
  readonly place: (demo: Demo) => Place;
}

type Demo = NonNullable<LocalTarget['demo']>;

const s3 = ({ keys, s3: { endpoint, bucket, region } }: Demo): Place => ({ endpoint, bucket, region, ...keys.s3 });
const wrongSecret = 'not-the-secret-of-this-key';

const keyFile = z.object({ client_email: z.string(), private_key: z.string() });

/** The rows of that table, in its order. */
export const rows: readonly Row[] = [
  {
    is: 's3, Amazon',
    ...{ 'edge-impulse': 's3', avala: 'aws_s3', nodeum: 'amazon_aws_s3', cval: 'shown' },
    madeBy: ['edge-impulse', 'avala', 'cval'],
    place: (demo) => ({ ...s3(demo), endpoint: demo.s3.ownEndpoint, wrongSecret }),
  },
  {
    is: 's3, a named vendor',
    ...{ 'edge-impulse': 'other', nodeum: 'scality_ring', cval: 'shown' },
    madeBy: ['edge-impulse'],
    isNamedAfterwards: true,
    place: s3,
  },
  {
    is: 's3, other',
    ...{ 'edge-impulse': 'other', nodeum: 'generic_s3', cval: 'shown' },
    madeBy: ['edge-impulse', 'cval'],
    isTriedForAccounts: true,
    place: s3,
  },
  {
    is: 'swift through its S3 API',
    ...{ 'edge-impulse': 'other', nodeum: 'openstack_swift', cval: 'shown' },
    madeBy: ['cval'],
    isNamedAfterwards: true,
    place: s3,
  },
  {
    is: 'gcs, HMAC key',
    ...{ 'edge-impulse': 'google', avala: 'gc_storage', nodeum: 'google_cloud_storage', cval: 'shown' },
    madeBy: ['edge-impulse', 'cval'],
    place: ({ gcs, keys }) => ({ endpoint: gcs.ownEndpoint, bucket: gcs.bucket, ...keys.gcs.hmac }),
  },
  {
    is: 'gcs, service account',
    ...{ 'edge-impulse': 'google', avala: 'gc_storage', nodeum: 'google_cloud_storage' },
    madeBy: ['edge-impulse', 'avala'],
    isTriedForAccounts: true,
    place: ({ gcs, keys }) => {
      const { client_email, private_key } = keyFile.parse(JSON.parse(gcs.keyFile));
      return {
        ...{ endpoint: gcs.ownEndpoint, bucket: gcs.bucket, accessKey: keys.gcs.clientEmail, secretKey: gcs.keyFile },
        shownSecret: JSON.stringify({ type: 'service_account', client_email, private_key }),
        secretPart: private_key.split('\n')[1],
      };
    },
  },
  {
    is: 'azure',
    ...{ 'edge-impulse': 'azure', nodeum: 'azure' },
    madeBy: ['edge-impulse'],
    isTriedForAccounts: true,
    place: ({ keys, azure: { endpoint, container } }) => ({
      ...{ endpoint, bucket: container, accessKey: keys.azure.account, secretKey: keys.azure.key },
    }),
  },
  {
    is: 's3, assumed role',
    ...{ 'edge-impulse': 's3', avala: 'aws_s3 by role', nodeum: 'amazon_aws_s3' },
    madeBy: ['avala'],
    isTriedForAccounts: true,
    place: ({ s3: { ownEndpoint: endpoint, bucket, region }, roles }) => ({
      ...{ endpoint, bucket, region, accessKey: roles.storage },
    }),
  },
];
