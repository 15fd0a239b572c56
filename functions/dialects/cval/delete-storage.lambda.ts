import { lambda } from '../../http/lambda.ts';
import { deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { deleteStorage } from './endpoints.ts';

export const handler = lambda(deleteStorage, {
  ...requestPorts(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});
