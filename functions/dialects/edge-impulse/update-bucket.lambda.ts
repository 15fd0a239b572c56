import { lambda } from '../../http/lambda.ts';
import { apiKeys } from '../../platform/api-keys.ts';
import { readConnectionCredential, rotateConnectionCredential } from '../../platform/connection-credentials.ts';
import { recordVerification } from '../../platform/connection-verified.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { jobs } from '../../platform/jobs.ts';
import { startLoop } from '../../platform/loop.ts';
import { reachStorage } from '../../platform/storage.ts';
import { updateBucket } from './endpoints.ts';

export const handler = lambda(updateBucket, {
  'keys.read': apiKeys(),
  'storage.reach': reachStorage(),
  'connections.write': writeConnections(),
  'connections.verified': recordVerification,
  'credentials.rotate': rotateConnectionCredential,
  'credentials.read': readConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
