import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { writeConnections } from '../../../platform/connections/write-connections.ts';
import { changeStorage } from './endpoint.ts';

export const handler = endpointHandler(changeStorage, {
  ...requestPorts(),
  'connections.write': writeConnections(),
});
