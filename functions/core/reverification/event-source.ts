import type { Connection } from '../records/connection.ts';
import { isAmazon } from '../storage/aws-endpoints.ts';

/** Whose events are about a connection: how the events of a storage's owner find the connections that use it. */
export interface EventSource {
  /**
   * `amazon/<account>` (`amazon/` where the account is not known), `azure/<storage account>` or `google/<bucket>`.
   */
  readonly owner: string;
  /** The bucket or container; empty for a connection to an account. */
  readonly bucket: string;
}

/**
 * What is watched for a connection, or undefined where no owner's events are known: storages that speak S3 and are not
 * Amazon's.
 */
export function eventSourceOf({
  target,
  credential,
}: Pick<Connection, 'target' | 'credential'>): EventSource | undefined {
  const { bucket = '' } = target;
  switch (target.provider) {
    case 's3':
      return isAmazon(target) ? { owner: `amazon/${awsAccountOf(credential.accessKey) ?? ''}`, bucket } : undefined;
    case 'azure':
      return { owner: `azure/${credential.accessKey}`, bucket };
    case 'gcs':
      return bucket === '' ? undefined : { owner: `google/${bucket}`, bucket };
  }
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The AWS account of an access key id or a role's ARN, twelve digits, or undefined.
 *
 * An access key id holds its account: of the ten bytes that the sixteen characters after its prefix stand for in base32,
 * bits 1 to 40. AWS tells the same by `sts:GetAccessKeyInfo` and does not document the form; it is used for nothing but
 * to find whom an event may concern. Ids of before 2019 (a letter up to P after the prefix) hold none.
 *
 * @param publicPart the public part of a credential
 */
export function awsAccountOf(publicPart: string): string | undefined {
  const ofRole = /^arn:aws[^:]*:iam::(\d{12}):role\//.exec(publicPart)?.[1];
  if (ofRole !== undefined) return ofRole;
  const digits = /^A[KS]IA([Q-Z2-7][A-Z2-7]{15})$/.exec(publicPart)?.[1];
  if (digits === undefined) return undefined;
  // Fifty bits in ten digits: one that counts for nothing here, forty of the account, nine that are left over.
  const bits = Array.from(digits.slice(0, 10)).reduce((sum, digit) => sum * 32n + BigInt(base32.indexOf(digit)), 0n);
  const account = (bits >> 9n) & 0xff_ffff_ffffn;
  return account < 1_000_000_000_000n ? account.toString().padStart(12, '0') : undefined;
}
