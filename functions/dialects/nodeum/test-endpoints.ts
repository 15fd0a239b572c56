import type { AuditVerdict } from '../../core/access/audit.ts';
import { startTest, startTestNeeds, type TestStanding, testAt, testAtNeeds } from '../../core/jobs/account-test.ts';
import { endpoint } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { fromTestRequest } from './connector-wire.ts';
import { nodeum } from './dialect.ts';
import { test } from './paths.ts';
import { toTestAnswer } from './test-wire.ts';

/** Tests a connector that is not saved. The same request again is the same job: clients repeat it (wire notes). */
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

/** How far a test is, or what it found. */
export const showTest = endpoint({
  dialect: nodeum,
  name: 'show-test',
  method: 'GET',
  path: test,
  scope: 'connections:verify',
  needs: testAtNeeds,
  async run({ organizationId, query, now }, ports) {
    const id = query['job_id'] ?? '';
    if (id === '') {
      const fault = { field: 'job_id', code: 'blank', message: "can't be blank" } as const;
      throw new Refused({ kind: 'invalid', faults: [fault] });
    }
    const standing = await testAt(organizationId, id, ports, now);
    if (!standing) throw new Refused({ kind: 'not-found', field: 'job_id' });
    return { ...toTestAnswer(id, standing), trail: { verdict: verdictOf(standing) } };
  },
});

function verdictOf(standing: TestStanding): AuditVerdict {
  switch (standing.status) {
    case 'queued':
    case 'working':
      return 'connecting';
    case 'failed':
      return standing.diagnosis.code;
    case 'completed':
      return 'connected';
  }
}
