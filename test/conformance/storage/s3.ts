import type { Credential } from '../../../functions/core/storage/credential.ts';
import { type S3StandInOptions, startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import type { S3Key } from '../../../infra/local/storage/s3/store/model.ts';
import { buckets, canary, type Harness } from './harness.ts';

const pair = (accessKey: string, secretKey: string): Credential => ({ kind: 'access-key-pair', accessKey, secretKey });

/** Access keys and secrets of the honest service. */
export const keys = {
  good: ['AKIAGOOD', 'secret-of-the-good-key'],
  prefixOnly: ['AKIAPREFIX', 'secret-of-the-prefix-key'],
  none: ['AKIANONE', 'secret-of-the-powerless-key'],
} as const;

/** What the S3 harnesses have in common. */
export const s3Protocol = {
  listing: {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><ListBucketResult><Name>${buckets.good.name}</Name><KeyCount>0</KeyCount></ListBucketResult>`,
  },
  endlessListing: [
    { status: 200, body: `<?xml version="1.0"?><ListBucketResult><Name>${buckets.good.name}</Name>` },
    `<Contents><Key>${canary}</Key><Size>1</Size></Contents>`,
  ],
  listOfBuckets: {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><ListAllMyBucketsResult><Buckets><Bucket><Name>${canary}</Name></Bucket></Buckets></ListAllMyBucketsResult>`,
  },
  unknownRefusal: {
    status: 400,
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${canary}</Code><code>ENOTFOUND</code><Message>${canary}</Message></Error>`,
  },
  rights: { prefixOnly: pair(...keys.prefixOnly), none: pair(...keys.none), says: 'list-denied' },
  says: { wrongSecret: 'secret-key-wrong', unknownKey: 'access-key-unknown', unknownHost: 'host-not-found' },
  credentials: {
    good: pair(...keys.good),
    wrongSecret: pair(keys.good[0], 'another-secret-altogether'),
    unknownKey: pair('AKIAUNKNOWN', 'secret-of-nobody'),
  },
} as const satisfies Partial<Harness>;

const accessKeys: readonly S3Key[] = [
  { accessKey: keys.good[0], secretKey: keys.good[1], rights: [{ bucket: '*', actions: ['list', 'get', 'put'] }] },
  {
    accessKey: keys.prefixOnly[0],
    secretKey: keys.prefixOnly[1],
    rights: [{ bucket: buckets.good.name, actions: ['list'], prefix: 'allowed/' }],
  },
  { accessKey: keys.none[0], secretKey: keys.none[1], rights: [] },
];

/** An honest S3 service. All its buckets but `faraway` are in `region`; that one is in ap-southeast-2. */
export const startHonestS3 = (
  region: string,
  {
    sessionToken,
    ...options
  }: Pick<S3StandInOptions, 'tls' | 'withoutV2' | 'google'> & { readonly sessionToken?: string } = {},
) =>
  startS3StandIn({
    ...options,
    errorMessage: canary,
    keys: accessKeys.map((key) => ({ ...key, ...(sessionToken !== undefined && { sessionToken }) })),
    buckets: [
      ...Object.values(buckets).map(({ name, keys: held }) => ({
        name,
        region,
        objects: Object.fromEntries(held.map((key) => [key, name === buckets.many.name ? '' : key])),
      })),
      { name: 'faraway', region: 'ap-southeast-2' },
    ],
  });
