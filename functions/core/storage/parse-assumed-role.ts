import type { Parsed } from '../validation/result.ts';
import type { AssumedRole } from './credential.ts';

/** "IAM identifiers": any partition, an account, a path of up to 512 characters and a name of up to 64. */
const roleArn = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:role\/(?:[\u0021-\u007e]{1,510}\/)?[\w+=,.@-]{1,64}$/;

/** Whether a text can be a role's ARN. */
export const isRoleArn = (text: string): boolean => roleArn.test(text);

/**
 * Checks the role that a caller lets this service assume.
 *
 * @param externalId the organization's own, never one that a caller chose: it is what keeps one organization from using
 *   a role that trusts this service for another
 */
export function parseAssumedRole(arn: string, externalId: string): Parsed<AssumedRole> {
  if (isRoleArn(arn)) return { ok: true, value: { kind: 'assumed-role', roleArn: arn, externalId } };
  const fault =
    arn === ''
      ? ({ code: 'blank', message: "can't be blank" } as const)
      : ({
          code: 'invalid',
          message: 'must be the ARN of a role, such as arn:aws:iam::123456789012:role/storage',
        } as const);
  return { ok: false, faults: [{ field: 'accessKey', ...fault }] };
}
