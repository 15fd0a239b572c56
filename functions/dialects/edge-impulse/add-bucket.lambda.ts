import { lambda } from '../../http/lambda.ts';
import { addPorts } from '../../platform/add-ports.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { addBucket } from './endpoints.ts';

export const handler = lambda(addBucket, { ...requestPorts(), ...addPorts() });
