import { lambda } from '../../http/lambda.ts';
import { deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { destroyConnector } from './destroy-endpoint.ts';

export const handler = lambda(destroyConnector, {
  ...requestPorts(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});
