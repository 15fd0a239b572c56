import type { Variable } from '../../functions/platform/environment.ts';

/** Every variable that a deployment gives its functions, so that any of them starts. */
export const functionEnvironment: Readonly<Record<Variable, string>> = {
  ACCESS_TABLE: 'access',
  CONNECTIONS_TABLE: 'connections',
  ACCOUNT_ID: '000000000000',
  UNSAVED_CREDENTIALS_PREFIX: 'bench/job/',
  CREDENTIALS_PREFIX: 'bench/conn/',
  FINGERPRINT_KEY_ARN: 'arn',
  VERIFICATION_LOOP_ARN: 'arn',
  EGRESS_ALLOW: '',
  EGRESS_PORTS: '443',
  CONNECT_TO: '',
  EGRESS_CA: '',
  AUDIT_RETENTION_DAYS: '365',
  LIMIT_PER_KEY: '60000',
  LIMIT_PER_ORGANIZATION: '60000',
  LIMIT_PER_HOST: '60000',
  UNSAVED_JOBS: '100',
  TOKEN_ISSUER: '',
  TOKEN_AUDIENCE: '',
  TOKEN_ORGANIZATION_CLAIM: '',
  TOKEN_SCOPES_CLAIM: '',
  TOKEN_SCOPE_PREFIX: '',
};
