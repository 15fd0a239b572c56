import { lambda } from '../../http/lambda.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { changeStorage } from './endpoints.ts';

export const handler = lambda(changeStorage, {
  ...requestPorts(),
  'connections.write': writeConnections(),
});
