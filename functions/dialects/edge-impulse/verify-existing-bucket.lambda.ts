import { lambda } from '../../http/lambda.ts';
import { apiKeys } from '../../platform/api-keys.ts';
import { verifyPorts } from '../../platform/verify-ports.ts';
import { verifyExistingBucket } from './verify-endpoints.ts';

export const handler = lambda(verifyExistingBucket, { 'keys.read': apiKeys(), ...verifyPorts() });
