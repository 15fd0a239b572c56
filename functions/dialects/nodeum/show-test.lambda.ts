import { lambda } from '../../http/lambda.ts';
import { jobs } from '../../platform/jobs.ts';
import { requestPorts } from '../../platform/request-ports.ts';
import { showTest } from './test-endpoints.ts';

export const handler = lambda(showTest, {
  ...requestPorts(),
  'jobs.write': jobs(),
});
