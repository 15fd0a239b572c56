import { lambda } from '../../http/lambda.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { verifyPorts } from '../../platform/verify-ports.ts';
import { testConfig } from './test-endpoint.ts';

export const handler = lambda(testConfig, { ...requestPorts(), ...verifyPorts() });
