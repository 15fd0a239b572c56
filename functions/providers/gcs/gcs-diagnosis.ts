import * as z from 'zod/mini';
import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import { readGoogleCause, readGoogleReason } from '../google-reasons.ts';
import { diagnoseStatus } from '../http-status.ts';

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/** What is known of an error answer; all of it is the server's word, so none of it is repeated. */
export interface GcsRefusal {
  /** HTTP status. */
  readonly status: number;
  /** As parsed, where it was JSON. */
  readonly body: unknown;
}

/** An error of the JSON API ("HTTP status and error codes for JSON"). */
const apiError = z.object({
  error: z.object({
    message: z.optional(z.string()),
    errors: z.optional(z.array(z.object({ reason: z.optional(z.string()) }))),
    details: z.optional(z.array(z.object({ reason: z.optional(z.string()) }))),
  }),
});

/** Reasons that say something else of a bucket than of an account. */
const reasonsByAsked: Readonly<Record<string, Readonly<Record<'bucket' | 'account', Code>>>> = {
  forbidden: { bucket: 'bucket-not-found-or-denied', account: 'bucket-list-denied' },
  insufficientPermissions: { bucket: 'bucket-not-found-or-denied', account: 'bucket-list-denied' },
  notFound: { bucket: 'bucket-not-found', account: 'project-unknown' },
  invalid: { bucket: 'bucket-name-invalid', account: 'project-unknown' },
  authError: { bucket: 'access-token-refused', account: 'access-token-refused' },
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** What an error answer of the JSON API means. */
export function diagnoseApiRefusal({ status, body }: GcsRefusal, asked: 'bucket' | 'account'): Code {
  const read = z.safeParse(apiError, body);
  if (!read.success) return diagnoseStatus(status, 'not-a-storage-api');
  const { errors = [], details = [], message = '' } = read.data.error;
  const named = [...details, ...errors].flatMap(({ reason }) => reason ?? []);
  for (const reason of named) {
    const known = readGoogleReason(reason) ?? own(reasonsByAsked, reason)?.[asked];
    // Each alone says little: a parameter is missing, or something is not allowed.
    const said = reason === 'required' || reason === 'forbidden' ? readGoogleCause(message) : undefined;
    const meant = said ?? known;
    if (meant) return meant;
  }
  return status === 401 ? 'access-token-refused' : diagnoseStatus(status, 'request-refused');
}

/** An error of the token endpoint (RFC 6749, 5.2). */
const tokenError = z.object({ error: z.string(), error_description: z.optional(z.string()) });

/** What an error answer of Google's token endpoint means. */
export function diagnoseTokenRefusal({ status, body }: GcsRefusal): Code {
  const read = z.safeParse(tokenError, body);
  if (!read.success) return diagnoseStatus(status, 'not-a-storage-api');
  const { error, error_description: description = '' } = read.data;
  switch (error) {
    case 'invalid_grant':
      if (/signature/i.test(description)) return 'service-account-key-revoked';
      if (/account not found/i.test(description)) return 'service-account-not-found';
      return /timeframe|short-lived|iat|exp\b/i.test(description) ? 'clock-skewed' : 'access-token-refused';
    case 'invalid_client':
    case 'disabled_client':
      return 'service-account-not-found';
    case 'unauthorized_client':
    case 'access_denied':
      return 'access-token-refused';
    default:
      return diagnoseStatus(status, 'request-refused');
  }
}
