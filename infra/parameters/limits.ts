import { CfnParameter, type Stack } from 'aws-cdk-lib/core';

/** How much callers may ask of storages, and how long the trail of what they did is kept; as CloudFormation hands it on. */
export interface LimitParameters {
  /** Calls a minute that reach out to storage, and as many at once. */
  readonly perKey: string;
  readonly perOrganization: string;
  readonly perHost: string;
  /** Verifications at a time whose credential nobody saved. */
  readonly unsavedJobs: string;
  readonly auditRetentionDays: string;
}

/** Parameters, so that an operator under attack can turn them down without a synthesis. */
export function limitParameters(stack: Stack): LimitParameters {
  const parameter = (name: string, fallback: number, most: number, description: string) =>
    new CfnParameter(stack, name, {
      type: 'Number',
      default: fallback,
      minValue: 1,
      maxValue: most,
      description,
    }).valueAsString;
  const reaching = 'Calls a minute that reach out to storage, and as many at once';
  return {
    perKey: parameter('LimitPerKey', 120, 60_000, `${reaching}, for each API key or holder of tokens.`),
    perOrganization: parameter('LimitPerOrganization', 600, 60_000, `${reaching}, for each organization.`),
    perHost: parameter(
      'LimitPerHost',
      300,
      60_000,
      `${reaching}, for each host that is not a storage provider's own, all callers together.`,
    ),
    unsavedJobs: parameter(
      'UnsavedJobs',
      100,
      1_000,
      'Verifications that may run at a time with a credential that nobody saved; each takes a secret for as long.',
    ),
    auditRetentionDays: parameter('AuditRetentionDays', 365, 3_650, 'Days that the audit trail is kept.'),
  };
}
