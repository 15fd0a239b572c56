import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { writeConnections } from '../../../platform/connections/write-connections.ts';
import { deleteConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { destroyConnector } from './endpoint.ts';

export const handler = endpointHandler(destroyConnector, {
  ...requestPorts(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});
