import { lambda } from '../../http/lambda.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { listConfigs } from './read-endpoints.ts';

export const handler = lambda(listConfigs, { ...requestPorts(), 'connections.read': readConnections() });
