import { lambda } from '../../http/lambda.ts';
import { readCheckTimes } from '../../platform/check-times.ts';
import { readConnectionCredential, rotateConnectionCredential } from '../../platform/connection-credentials.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { jobs } from '../../platform/jobs.ts';
import { takeAllowance } from '../../platform/limits.ts';
import { startLoop } from '../../platform/loop.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { reachStorage } from '../../platform/storage.ts';
import { verifiedConnections } from '../../platform/verified-connections.ts';
import { updateConnector } from './write-endpoints.ts';

export const handler = lambda(updateConnector, {
  ...requestPorts(),
  'storage.reach': reachStorage(),
  'limits.take': takeAllowance(),
  'connections.write': writeConnections(),
  'connections.verified': verifiedConnections(),
  'checks.times': readCheckTimes,
  'credentials.rotate': rotateConnectionCredential,
  'credentials.read': readConnectionCredential,
  'jobs.write': jobs(),
  'loop.start': startLoop,
});
