import { createHash } from 'node:crypto';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const small = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * What CloudFormation would choose at random, made from the stack and the logical id instead, so that a restart finds
 * its data again: the same template gives the same names.
 */
function chosen(alphabet: string, length: number, ...of: readonly string[]): string {
  const digest = createHash('sha256').update(of.join('\n')).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** `<stack>-<logical id>-<12 characters>`, shortened before the last part to the type's limit. */
export function physicalName(stack: string, logicalId: string, limit: number): string {
  const suffix = chosen(capitals, 12, 'name', stack, logicalId);
  return `${`${stack}-${logicalId}`.slice(0, limit - suffix.length - 1)}-${suffix}`;
}

/** As CloudFormation names a secret that the template does not name: `<logical id>-<12 characters>`. */
export function secretName(stack: string, logicalId: string): string {
  return `${logicalId}-${chosen(mixed, 12, 'secret', stack, logicalId)}`;
}

/** The six characters that Secrets Manager puts behind a name in the secret's ARN. */
export function secretSuffix(stack: string, logicalId: string): string {
  return chosen(mixed, 6, 'suffix', stack, logicalId);
}

/** As API Gateway's identifiers look: ten (an API, its root) or six small letters and digits. */
export function gatewayId(stack: string, logicalId: string, length: 6 | 10): string {
  return chosen(small, length, 'gateway', stack, logicalId);
}

/** As IAM's unique role ids look. */
export function roleId(stack: string, logicalId: string): string {
  return `AROA${chosen(capitals, 17, 'role', stack, logicalId)}`;
}

/** As Lambda identifies an event source mapping: a UUID. */
export function mappingId(stack: string, logicalId: string): string {
  const digits = createHash('sha256').update(['mapping', stack, logicalId].join('\n')).digest('hex');
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
