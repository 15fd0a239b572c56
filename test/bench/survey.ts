import { surveyAccount } from '../../functions/core/jobs/survey-account.ts';
import { verifyAccount } from '../../functions/core/verification/verify-account.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';

/** One survey of the account at this port, as a task makes it. */
export async function surveyAt(port: number): Promise<void> {
  const target = { provider: 's3', endpoint: `http://127.0.0.1:${port}` } as const;
  const credential = { kind: 'access-key-pair', accessKey: 'bench', secretKey: 'bench' } as const;
  const storage = storageFor({ EGRESS_ALLOW: '127.0.0.1', EGRESS_PORTS: '', CONNECT_TO: '' });
  const deadline = AbortSignal.timeout(20_000);
  const clock = () => performance.now();
  const { buckets } = await verifyAccount(await storage.openAccount(target, credential, deadline), clock);
  if (buckets.length === 0) throw new Error('The account lists no buckets.');
  await surveyAccount(buckets, { target, credential, storage, deadline, clock, report: async () => true });
}
