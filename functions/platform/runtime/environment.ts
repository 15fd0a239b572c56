/** Every variable the deployment gives its functions (`infra/functions/grants.ts`), each only to those whose ports need it. */
export type Variable =
  | 'ACCESS_TABLE'
  | 'CONNECTIONS_TABLE'
  | 'ACCOUNT_ID'
  | 'UNSAVED_CREDENTIALS_PREFIX'
  | 'CREDENTIALS_PREFIX'
  | 'FINGERPRINT_KEY_ARN'
  | 'VERIFICATION_LOOP_ARN'
  | 'EVENT_BUS_ARN'
  | 'EGRESS_ALLOW'
  | 'EGRESS_PORTS'
  | 'CONNECT_TO'
  | 'EGRESS_CA'
  | 'AUDIT_RETENTION_DAYS'
  | 'LIMIT_PER_KEY'
  | 'LIMIT_PER_ORGANIZATION'
  | 'LIMIT_PER_HOST'
  | 'UNSAVED_JOBS'
  | 'TOKEN_ISSUER'
  | 'TOKEN_AUDIENCE'
  | 'TOKEN_ORGANIZATION_CLAIM'
  | 'TOKEN_SCOPES_CLAIM'
  | 'TOKEN_SCOPE_PREFIX'
  | 'CHECKS_QUEUE_URL'
  | 'NOTICES_QUEUE_URL'
  | 'EVENT_BUS_NAME'
  | 'HEALTHY_MINUTES'
  | 'FAILING_MINUTES'
  | 'SETTLE_MINUTES'
  | 'HISTORY_RETENTION_DAYS'
  | 'AZURE_EVENT_TENANTS'
  | 'AZURE_EVENT_AUDIENCE'
  | 'GOOGLE_EVENT_AUDIENCE'
  | 'GOOGLE_EVENT_SENDERS';

/**
 * The value of a variable; it may be empty.
 *
 * @throws Error that names the variable when the deployment did not set it
 */
export function variable(name: Variable): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`The deployment did not set ${name}.`);
  return value;
}
