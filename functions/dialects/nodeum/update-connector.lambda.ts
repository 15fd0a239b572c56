import { lambda } from '../../http/lambda.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { updatePorts } from '../../platform/update-ports.ts';
import { updateConnector } from './write-endpoints.ts';

export const handler = lambda(updateConnector, { ...requestPorts(), ...updatePorts() });
