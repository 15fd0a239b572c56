import { lambda } from '../../http/lambda.ts';
import { readConnectionCredential } from '../../platform/connection-credentials.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { showConnector } from './read-endpoints.ts';

export const handler = lambda(showConnector, {
  ...requestPorts(),
  'connections.read': readConnections(),
  'credentials.read': readConnectionCredential,
});
