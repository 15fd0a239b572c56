import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { readConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { listStorages } from './endpoint.ts';

export const handler = endpointHandler(listStorages, {
  ...requestPorts(),
  'connections.read': readConnections(),
  'credentials.read': readConnectionCredential,
});
