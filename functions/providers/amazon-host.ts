/** What a host of Amazon S3's own says about how it is asked. */
export interface AmazonHost {
  /** What stands before the service's name: a bucket, when somebody pasted a bucket's own address. */
  readonly lead?: string;
  /** The host without `lead`. */
  readonly service: string;
  /** Absent for the hosts that serve every region. */
  readonly region?: string;
  /** Serves buckets as host names only, and only those that have transfer acceleration. */
  readonly isAccelerated: boolean;
  /** A PrivateLink endpoint, whose leading labels are its own. */
  readonly isPrivateLink: boolean;
}

const region = '[a-z]{2,4}(?:-[a-z]+)+-[0-9]+';

/**
 * Amazon S3's endpoints ("Amazon Simple Storage Service endpoints and quotas", AWS General Reference): global,
 * regional with a dot or the older dash, dual-stack, FIPS, accelerated, and PrivateLink; in the commercial, GovCloud,
 * China and European sovereign partitions. Websites, control endpoints and the like are not the S3 API.
 */
const s3Host = new RegExp(
  '^(?:(?<lead>.+)\\.)?' +
    '(?<service>s3(?<kind>-external-1|-accelerate(?:\\.dualstack)?|(?:-fips)?(?:\\.dualstack)?)' +
    `(?:[.-](?<region>${region}))?(?<privateLink>\\.vpce)?\\.amazonaws\\.(?:com|com\\.cn|eu))$`,
);

/** Reads a host name in lower case; `undefined` when it is not one of Amazon S3's. */
export function readAmazonHost(host: string): AmazonHost | undefined {
  const groups = s3Host.exec(host)?.groups;
  if (!groups) return undefined;
  const { lead, service = '', kind = '' } = groups;
  const region = kind === '-external-1' ? 'us-east-1' : groups['region'];
  return {
    ...(lead !== undefined && { lead }),
    service,
    ...(region !== undefined && { region }),
    isAccelerated: kind.startsWith('-accelerate'),
    isPrivateLink: groups['privateLink'] !== undefined,
  };
}
