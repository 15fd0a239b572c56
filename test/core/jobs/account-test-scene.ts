import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { startTest, testAt, type UnsavedAccount } from '../../../functions/core/jobs/account-test.ts';
import type { Ports } from '../../../functions/core/ports.ts';
import { memoryService } from '../../memory/service.ts';

/** An account that is tested, unsaved. */
export const account: UnsavedAccount = {
  organizationId: 1,
  target: { provider: 's3', endpoint: 'https://s3.example.com' },
  credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' },
};

const buckets = {
  photos: { region: 'eu-west-1', objects: [{ key: 'a', size: 3 }] },
  closed: { wrong: diagnose('list-denied') },
};
/** What a test finds in it. */
export const completed = {
  status: 'completed',
  buckets: [{ name: 'photos', region: 'eu-west-1', files: 1, bytes: 3 }, { name: 'closed' }],
};

/** A service in memory that tests accounts. */
export function testService(options: Parameters<typeof memoryService>[0] = {}) {
  const memory = memoryService({ buckets, ...options });
  return {
    ...memory,
    start: async (of = account, over: Partial<Ports> = {}) =>
      (await startTest(of, { ...memory.ports, ...over }, memory.context())).job,
    at: (id: string, organizationId = account.organizationId, over: Partial<Ports> = {}) =>
      testAt(organizationId, id, { ...memory.ports, ...over }, memory.now()),
  };
}
