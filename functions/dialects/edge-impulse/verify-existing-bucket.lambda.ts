import { lambda } from '../../http/lambda.ts';
import { apiKeys } from '../../platform/api-keys.ts';
import { readConnectionCredential } from '../../platform/connection-credentials.ts';
import { recordVerification } from '../../platform/connection-verified.ts';
import { readConnections } from '../../platform/connections.ts';
import { readFingerprintKey } from '../../platform/fingerprint-key.ts';
import { jobs } from '../../platform/jobs.ts';
import { startLoop } from '../../platform/loop.ts';
import { reachStorage } from '../../platform/storage.ts';
import { createUnsavedCredential } from '../../platform/unsaved-credentials.ts';
import { verifyExistingBucket } from './verify-endpoints.ts';

export const handler = lambda(verifyExistingBucket, {
  'keys.read': apiKeys(),
  'storage.reach': reachStorage(),
  'jobs.write': jobs(),
  'unsavedCredentials.create': createUnsavedCredential,
  'fingerprintKey.read': readFingerprintKey,
  'loop.start': startLoop,
  'connections.read': readConnections(),
  'connections.verified': recordVerification,
  'credentials.read': readConnectionCredential,
});
