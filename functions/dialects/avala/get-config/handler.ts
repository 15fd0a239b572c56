import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { readConnections } from '../../../platform/connections/read-connections.ts';
import { getConfig } from './endpoint.ts';

export const handler = endpointHandler(getConfig, { ...requestPorts(), 'connections.read': readConnections() });
