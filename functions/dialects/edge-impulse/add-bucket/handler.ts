import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { addPorts } from '../../../platform/bindings/add-ports.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { addBucket } from './endpoint.ts';

export const handler = endpointHandler(addBucket, { ...requestPorts(), ...addPorts() });
