import { lambda } from '../../http/lambda.ts';
import { readAccount } from '../../platform/account.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { setupInfo } from './read-endpoints.ts';

export const handler = lambda(setupInfo, { ...requestPorts(), 'account.read': readAccount() });
