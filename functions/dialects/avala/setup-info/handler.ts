import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { readAccount } from '../../../platform/runtime/aws-account.ts';
import { setupInfo } from './endpoint.ts';

export const handler = endpointHandler(setupInfo, { ...requestPorts(), 'account.read': readAccount() });
