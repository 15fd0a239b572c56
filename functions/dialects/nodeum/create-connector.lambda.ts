import { lambda } from '../../http/lambda.ts';
import { addPorts } from '../../platform/add-ports.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { createConnector } from './write-endpoints.ts';

export const handler = lambda(createConnector, { ...requestPorts(), ...addPorts() });
