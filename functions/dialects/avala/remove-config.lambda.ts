import { lambda } from '../../http/lambda.ts';
import { deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { removeConfig } from './remove-endpoint.ts';

export const handler = lambda(removeConfig, {
  ...requestPorts(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});
