import { lambda } from '../../http/lambda.ts';
import { createConnectionCredential, deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { recordVerification } from '../../platform/connection-verified.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { jobs } from '../../platform/jobs.ts';
import { takeAllowance } from '../../platform/limits.ts';
import { startLoop } from '../../platform/loop.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { reachStorage } from '../../platform/storage.ts';
import { createConnector } from './write-endpoints.ts';

export const handler = lambda(createConnector, {
  ...requestPorts(),
  'storage.reach': reachStorage(),
  'limits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'connections.verified': recordVerification,
  'credentials.create': createConnectionCredential,
  'credentials.delete': deleteConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
