import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { updatePorts } from '../../../platform/bindings/update-ports.ts';
import { updateConnector } from './endpoint.ts';

export const handler = endpointHandler(updateConnector, { ...requestPorts(), ...updatePorts() });
