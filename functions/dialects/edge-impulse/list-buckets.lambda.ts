import { lambda } from '../../http/lambda.ts';
import { readConnections } from '../../platform/connections.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { listBuckets } from './endpoints.ts';

export const handler = lambda(listBuckets, {
  ...requestPorts(),
  'connections.read': readConnections(),
});
