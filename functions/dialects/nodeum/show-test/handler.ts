import { endpointHandler } from '../../../http/endpoints/endpoint-handler.ts';
import { requestPorts } from '../../../platform/bindings/request-ports.ts';
import { jobs } from '../../../platform/jobs/job-table.ts';
import { showTest } from './endpoint.ts';

export const handler = endpointHandler(showTest, {
  ...requestPorts(),
  'jobs.write': jobs(),
});
