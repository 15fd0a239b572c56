import { type Check, showable } from '../validation/text.ts';

const urlOrArn = /^(?:s3|gs|https?|arn|wasbs?|abfss?):/i;

/**
 * Says what is wrong with the name of a bucket or container. Names reach host names and paths, so whatever could change
 * either is refused before any provider sees it; what a provider's own rules refuse beyond that is for it to say.
 */
export const checkBucketName: Check = (name) => {
  if (urlOrArn.test(name)) return 'must be the bare name, not a URL or an ARN';
  if (!/^[$A-Za-z0-9._-]+$/.test(name)) return 'must be letters, digits, dots, dashes and underscores only';
  return /^\.+$/.test(name) ? 'must not consist of dots only' : showable(name);
};

/** As `checkBucketName`, at storages that speak the S3 protocol: what else Amazon lets stand in a bucket's place. */
export const checkS3BucketName: Check = (name) => {
  const other = accessPoints.find(({ form }) => form.test(name));
  if (other) return `is ${other.is}, which is not supported here: use ${other.instead}`;
  // Ceph's multi-tenant form; https://docs.ceph.com/en/latest/radosgw/multitenancy/
  const [, bucket] = /^\w{1,128}:([^:]+)$/.exec(name) ?? [];
  return checkBucketName(bucket === undefined || urlOrArn.test(name) ? name : bucket);
};

/**
 * Names that make the SDK speak to another host or another API than S3 at the endpoint.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const accessPoints: readonly { readonly form: RegExp; readonly is: string; readonly instead: string }[] = [
  { form: /--x-s3$/, is: 'a directory bucket (S3 Express One Zone)', instead: 'a general purpose bucket' },
  { form: /--xa-s3$/, is: 'an access point of a directory bucket', instead: 'a general purpose bucket' },
  { form: /--ol-s3$/, is: 'the alias of an Object Lambda access point', instead: 'the bucket behind it' },
  { form: /--op-s3$/, is: 'the alias of an Outposts access point', instead: 'a bucket in a Region' },
  { form: /--table-s3$/, is: 'a table bucket', instead: 'a general purpose bucket' },
  { form: /\.mrap$/, is: 'the alias of a Multi-Region Access Point', instead: 'one of the buckets behind it' },
  { form: /-s3alias$/, is: 'the alias of an access point', instead: 'the bucket behind it' },
  {
    form: /^arn:aws[a-z-]{0,20}:s3[a-z-]{0,20}:.*accesspoint/i,
    is: 'the ARN of an access point',
    instead: 'the bucket behind it',
  },
];
