import type { DiagnosisCode } from '../core/diagnosis/catalogue.ts';
import { normalizeMessage } from './normalize-message.ts';

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/**
 * What the reasons of Google Cloud Storage's errors mean, in the spelling of its JSON API
 * (https://cloud.google.com/storage/docs/json_api/v1/status-codes). Its XML API, which HMAC keys are used at, has the
 * same ones with a capital (https://cloud.google.com/storage/docs/xml-api/reference-status).
 */
const reasons: Readonly<Record<string, Code>> = {
  accessNotConfigured: 'api-disabled',
  serviceDisabled: 'api-disabled',
  accountDisabled: 'billing-disabled',
  userProjectAccountProblem: 'billing-disabled',
  billingDisabled: 'billing-disabled',
  vpcServiceControls: 'perimeter-denied',
  securityPolicyViolated: 'perimeter-denied',
  userProjectMissing: 'requester-pays',
  rateLimitExceeded: 'storage-busy',
  userRateLimitExceeded: 'storage-busy',
  quotaExceeded: 'storage-busy',
  backendError: 'storage-failed',
  internalError: 'storage-failed',
};

/** Reasons as `details` of the JSON API spell them (`google.rpc.ErrorInfo`). */
const errorInfo: Readonly<Record<string, Code>> = {
  SERVICE_DISABLED: 'api-disabled',
  BILLING_DISABLED: 'billing-disabled',
  SECURITY_POLICY_VIOLATED: 'perimeter-denied',
};

const capitalized: Readonly<Record<string, Code>> = Object.fromEntries(
  Object.entries(reasons).map(([reason, code]) => [`${reason.charAt(0).toUpperCase()}${reason.slice(1)}`, code]),
);

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** What a reason of either API means; nothing for one that is not known, or that says too little by itself. */
export const readGoogleReason = (reason: string): Code | undefined =>
  own(reasons, reason) ?? own(capitalized, reason) ?? own(errorInfo, reason);

/** What Google says only in words, where the code is one of many meanings; in lower case. */
export const googleCauses: readonly (readonly [phrase: string, code: Code])[] = [
  ['requester pays', 'requester-pays'],
  ['billing account', 'billing-disabled'],
  ['vpc service controls', 'perimeter-denied'],
  ["prohibited by organization's policy", 'perimeter-denied'],
];

/** What the words of a refusal mean; nothing where they do not tell. */
export function readGoogleCause(message: string): Code | undefined {
  const text = normalizeMessage(message);
  return googleCauses.find(([phrase]) => text.includes(phrase))?.[1];
}
