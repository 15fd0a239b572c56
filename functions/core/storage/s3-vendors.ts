/**
 * What is particular to one vendor of storage that speaks the S3 protocol. All are alike in what has no column here:
 * Signature Version 4, no checksum that is not required, nothing signed that a proxy may change.
 */
export interface VendorRow {
  /** Where the vendor itself serves its customers, `{region}` to be filled in; absent where each has an endpoint of their own. */
  readonly publicEndpoint?: string;
  /**
   * The vendor's own hosts, in lower case. Groups: `service`, the host without a bucket; `lead`, what stands before it;
   * `region`; `accelerated` and `privateLink` where the host is of that kind.
   */
  readonly hosts?: RegExp;
  /** Regions of hosts that do not spell theirs, by `service`. */
  readonly regionsOfHosts?: Readonly<Record<string, string>>;
  /** Where the bucket's name goes at the vendor's own hosts: before the host or into the path. Elsewhere: the path. */
  readonly addressing: 'virtual-host' | 'path';
  /** Signed with when neither the caller nor the host names a region. */
  readonly region: string;
  /** A host serves its own region only, so that naming another one is a mistake whatever the storage answers. */
  readonly regionIsOfHost?: true;
  /** `v2-or-v1`: there are releases in use that know ListObjects but not ListObjectsV2. */
  readonly listing: 'v2' | 'v2-or-v1';
  /** Whether the list of buckets is asked for by the page, which is also when Amazon names their regions. */
  readonly bucketList: 'in-pages' | 'at-once';
}

/** A vendor that callers can name. */
interface NamedVendorRow extends VendorRow {
  /** Nodeum's name for it (`provider` of a cloud connector). */
  readonly nodeum: string;
}

const amazonRegion = '[a-z]{2,4}(?:-[a-z]+)+-[0-9]+';

/** A product that everybody runs at an address of their own, of unknown age. */
const selfHosted = { addressing: 'path', region: 'us-east-1', listing: 'v2-or-v1', bucketList: 'at-once' } as const;

/**
 * Every vendor that callers can name, one row each: the names of the type, what is put into a request and the conformance
 * suite all follow from this table. Those that are known by their hosts alone are in `vendor-hosts.ts`.
 */
const rows = {
  /**
   * "Amazon Simple Storage Service endpoints and quotas", AWS General Reference: global, regional with a dot or the
   * older dash, dual-stack, FIPS, accelerated, and PrivateLink; in the commercial, GovCloud, China and European
   * sovereign partitions. Websites, control endpoints and the like are not the S3 API.
   */
  amazon: {
    nodeum: 'amazon_aws_s3',
    publicEndpoint: 'https://s3.{region}.amazonaws.com',
    hosts: new RegExp(
      '^(?:(?<lead>.+)\\.)?' +
        '(?<service>s3(?:-external-1|(?<accelerated>-accelerate)(?:\\.dualstack)?|(?:-fips)?(?:\\.dualstack)?)' +
        `(?:[.-](?<region>${amazonRegion}))?(?<privateLink>\\.vpce)?\\.amazonaws\\.(?:com|com\\.cn|eu))$`,
    ),
    regionsOfHosts: { 's3-external-1.amazonaws.com': 'us-east-1' },
    addressing: 'virtual-host',
    region: 'us-east-1',
    listing: 'v2',
    bucketList: 'in-pages',
  },
  /** Google Cloud Storage by its HMAC keys; it has no regions to sign for, and its tools sign for this one. */
  google: {
    nodeum: 'google_cloud_storage',
    publicEndpoint: 'https://storage.googleapis.com',
    hosts: /^(?<service>storage\.googleapis\.com)$/,
    addressing: 'path',
    region: 'auto',
    listing: 'v2',
    bucketList: 'at-once',
  },
  /** "What are the service URLs for Wasabi's different storage regions?" */
  wasabi: {
    nodeum: 'wasabi',
    publicEndpoint: 'https://s3.{region}.wasabisys.com',
    hosts: /^(?:(?<lead>.+)\.)?(?<service>s3(?:\.(?<region>[a-z]{2}-[a-z]+-[0-9]+))?\.wasabisys\.com)$/,
    regionsOfHosts: { 's3.wasabisys.com': 'us-east-1' },
    addressing: 'path',
    region: 'us-east-1',
    regionIsOfHost: true,
    listing: 'v2',
    bucketList: 'at-once',
  },
  cloudian: { nodeum: 'cloudian_hyperstore', ...selfHosted },
  scality: { nodeum: 'scality_ring', ...selfHosted },
  'dell-ecs': { nodeum: 'dell_emc_ecs', ...selfHosted },
  /** By its S3 API (s3api) and EC2 credentials. */
  swift: { nodeum: 'openstack_swift', ...selfHosted },
  activescale: { nodeum: 'quantum_activescale', ...selfHosted },
  'datacore-swarm': { nodeum: 'datacore_swarm', ...selfHosted },
  /** MinIO, Ceph, and whoever else speaks the protocol. */
  other: { nodeum: 'generic_s3', ...selfHosted },
} as const satisfies Readonly<Record<string, NamedVendorRow>>;

export type S3Vendor = keyof typeof rows;

export const s3Vendors: Readonly<Record<S3Vendor, NamedVendorRow>> = rows;

/** Every vendor there is. */
export const s3VendorNames = Object.keys(rows) as readonly S3Vendor[];
