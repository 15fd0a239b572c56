import { lambda } from '../../http/lambda.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { getConfig } from './read-endpoints.ts';

export const handler = lambda(getConfig, { ...requestPorts(), 'connections.read': readConnections() });
