import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { verifyPorts } from '../../../platform/bindings/verify-ports.ts';
import { verifyBucket } from './endpoint.ts';

export const handler = endpointHandler(verifyBucket, { ...requestPorts(), ...verifyPorts() });
