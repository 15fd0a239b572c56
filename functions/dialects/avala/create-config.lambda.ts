import { lambda } from '../../http/lambda.ts';
import { addPorts } from '../../platform/add-ports.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { createConfig } from './create-endpoint.ts';

export const handler = lambda(createConfig, { ...requestPorts(), ...addPorts() });
