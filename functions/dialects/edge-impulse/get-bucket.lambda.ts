import { lambda } from '../../http/lambda.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { getBucket } from './endpoints.ts';

export const handler = lambda(getBucket, {
  ...requestPorts(),
  'connections.read': readConnections(),
});
