import { startTest, startTestNeeds } from '../../../core/jobs/account-test.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { fromTestRequest } from '../connector-wire.ts';
import { nodeum } from '../dialect.ts';
import { test } from '../paths.ts';
import { verdictOf } from '../test-wire.ts';

/**
 * Tests a connector that is not saved. The same request again is the same job: clients repeat it (dialects/README.md).
 */
export const testConnector = endpoint({
  dialect: nodeum,
  name: 'test-connector',
  method: 'PUT',
  path: test,
  scope: 'connections:verify',
  needs: startTestNeeds,
  async run({ organizationId, organization, body, ...context }, ports) {
    const account = fromTestRequest(body, organization.externalId);
    const { job } = await startTest({ organizationId, ...account }, ports, context);
    return { status: 202, body: { job_id: job.id, status: job.status }, trail: { verdict: verdictOf(job) } };
  },
});
