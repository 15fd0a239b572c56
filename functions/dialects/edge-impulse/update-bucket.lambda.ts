import { lambda } from '../../http/lambda.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { updatePorts } from '../../platform/update-ports.ts';
import { updateBucket } from './endpoints.ts';

export const handler = lambda(updateBucket, { ...requestPorts(), ...updatePorts() });
