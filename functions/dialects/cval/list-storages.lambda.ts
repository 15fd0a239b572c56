import { lambda } from '../../http/lambda.ts';
import { readConnectionCredential } from '../../platform/connection-credentials.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { listStorages } from './endpoints.ts';

export const handler = lambda(listStorages, {
  ...requestPorts(),
  'connections.read': readConnections(),
  'credentials.read': readConnectionCredential,
});
