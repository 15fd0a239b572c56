import { lambda } from '../../http/lambda.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { verifyPorts } from '../../platform/verify-ports.ts';
import { verifyExistingBucket } from './verify-endpoints.ts';

export const handler = lambda(verifyExistingBucket, { ...requestPorts(), ...verifyPorts() });
