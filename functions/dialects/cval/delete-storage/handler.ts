import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { writeConnections } from '../../../platform/connections/write-connections.ts';
import { deleteConnectionCredential } from '../../../platform/credentials/connection-credentials.ts';
import { deleteStorage } from './endpoint.ts';

export const handler = endpointHandler(deleteStorage, {
  ...requestPorts(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});
