import { auditVerdict } from '../../core/access/audit.ts';
import { verifyConnection } from '../../core/connections/verify-connection.ts';
import type { Progress } from '../../core/verification/verify-unsaved.ts';
import type { Request } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import type { Response } from '../../http/response.ts';
import { toVerifyResponse } from './verify-wire.ts';

/** The stored secret is not for what it was to be used for. */
export const secretRequired = () =>
  new Refused({
    kind: 'invalid',
    faults: [
      {
        field: 'secretKey',
        code: 'blank',
        message: 'must be sent again: the stored one is for another provider, endpoint or access key',
      },
    ],
  });

export const toVerifyAnswer = (progress: Progress, ...connections: readonly string[]): Response => ({
  status: 200,
  body: toVerifyResponse(progress),
  trail: { connections, verdict: auditVerdict(progress) },
});

/** @param field the member of the body that named the bucket; absent where the path did */
export async function verifyStoredBucket(
  id: number,
  at: Parameters<typeof verifyConnection>[2],
  { organizationId, ...context }: Omit<Request, 'body'>,
  ports: Parameters<typeof verifyConnection>[3],
  field?: 'bucketId',
) {
  const verified = await verifyConnection(organizationId, { id }, at, ports, context);
  switch (verified.result) {
    case 'told':
      return toVerifyAnswer(verified.progress, verified.connection.uid);
    case 'not-found':
      throw new Refused({ kind: 'not-found', ...(field && { field }) });
    case 'secret-required':
      throw secretRequired();
  }
}
