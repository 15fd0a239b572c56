import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import { diagnoseStatus } from '../http-status.ts';
import { normalizeMessage } from '../normalize-message.ts';
import { requiresHttps } from '../plain-http.ts';

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/** What is known of an error answer; all of it is the server's word, so none of it is repeated. */
export interface AzureRefusal {
  /** HTTP status. */
  readonly status: number;
  /** From the header `x-ms-error-code`, or else from the body. */
  readonly code?: string;
  readonly body?: string;
  /** Where it redirects to; not gone to. */
  readonly location?: string;
}

/** Error codes of the Blob service (https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes). */
const codes: Readonly<Record<string, Code>> = {
  AuthenticationFailed: 'account-key-wrong',
  InvalidAuthenticationInfo: 'account-key-wrong',
  KeyBasedAuthenticationNotPermitted: 'account-key-disabled',
  AuthorizationFailure: 'network-not-allowed',
  AuthorizationSourceIPMismatch: 'network-not-allowed',
  AuthorizationPermissionMismatch: 'permission-missing',
  AuthorizationResourceTypeMismatch: 'permission-missing',
  AuthorizationServiceMismatch: 'permission-missing',
  InsufficientAccountPermissions: 'permission-missing',
  AuthorizationProtocolMismatch: 'https-required',
  AccountRequiresHttps: 'https-required',
  AccountIsDisabled: 'account-suspended',
  AccountBeingCreated: 'account-being-created',

  ContainerNotFound: 'bucket-not-found',
  ContainerDisabled: 'bucket-not-found',
  FilesystemNotFound: 'bucket-not-found',
  ContainerBeingDeleted: 'bucket-being-deleted',
  InvalidResourceName: 'bucket-name-invalid',
  OutOfRangeInput: 'bucket-name-invalid',
  InvalidUri: 'bucket-name-invalid',

  ServerBusy: 'storage-busy',
  OperationTimedOut: 'storage-failed',
  InternalError: 'storage-failed',
};

/**
 * Whether the service refuses the version of the API and nothing else: Azure's own names the header, Azurite the
 * version.
 */
export function refusesApiVersion({ code, body }: AzureRefusal): boolean {
  const text = normalizeMessage(body);
  return code === 'InvalidHeaderValue' && (text.includes('x-ms-version') || text.includes('api version'));
}

/**
 * What an error answer of the Blob service means.
 *
 * @param serviceUrl of the service that was asked
 */
export function diagnoseAzureRefusal(refusal: AzureRefusal, serviceUrl: string): Code {
  const { status, code, body, location } = refusal;
  if (code === undefined) {
    if (requiresHttps({ status, text: body, location }, serviceUrl)) return 'https-required';
    return diagnoseStatus(status, 'not-a-storage-api');
  }
  if (refusesApiVersion(refusal)) return 'api-version-unsupported';
  // The one case in which a failed authentication says that it is not the key.
  if (code === 'AuthenticationFailed' && body?.includes('Request date header too old')) return 'clock-skewed';
  return (Object.hasOwn(codes, code) && codes[code]) || diagnoseStatus(status, 'request-refused');
}
