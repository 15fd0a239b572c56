import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { verifyPorts } from '../../../platform/bindings/verify-ports.ts';
import { testConfig } from './endpoint.ts';

export const handler = endpointHandler(testConfig, { ...requestPorts(), ...verifyPorts() });
