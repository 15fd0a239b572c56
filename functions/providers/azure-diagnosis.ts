import type { DiagnosisCode } from '../core/diagnosis.ts';
import { diagnoseStatus } from './status.ts';

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/** What is known of an error answer; all of it is the server's word, so none of it is repeated. */
export interface AzureRefusal {
  /** HTTP status. */
  readonly status: number;
  /** From the header `x-ms-error-code`, or else from the body. */
  readonly code?: string;
  readonly body?: string;
}

/** Error codes of the Blob service (storage facts, "Azure Blob"; Microsoft's "Blob Storage error codes"). */
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
  OperationTimedOut: 'storage-busy',
  InternalError: 'storage-failed',
};

/** What an error answer of the Blob service means. */
export function diagnoseAzureRefusal({ status, code, body }: AzureRefusal): Code {
  if (code === undefined) return diagnoseStatus(status, 'not-a-storage-api');
  // The one case in which a failed authentication says that it is not the key.
  if (code === 'AuthenticationFailed' && body?.includes('Request date header too old')) return 'clock-skewed';
  return (Object.hasOwn(codes, code) && codes[code]) || diagnoseStatus(status, 'request-refused');
}
