import { testAt, testAtNeeds } from '../../../core/jobs/account-test.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { nodeum } from '../dialect.ts';
import { test } from '../paths.ts';
import { toTestAnswer, verdictOf } from '../test-wire.ts';

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
