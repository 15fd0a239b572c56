import { auditVerdict } from '../../core/access/audit.ts';
import { verifySaved, verifySavedNeeds } from '../../core/connections/verify-connection.ts';
import { type Progress, verifyUnsaved } from '../../core/verification/verify-unsaved.ts';
import { endpoint, type Request } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import type { Answer } from '../../http/response.ts';
import { bucketIdIn, fromVerifyExistingRequest } from './bucket-wire.ts';
import { edgeImpulse } from './dialect.ts';
import { fromVerifyRequest, toVerifyResponse } from './verify-wire.ts';

export const buckets = '/v1/api/organizations/{organizationId}/buckets';
export const organizationFrom = { path: 'organizationId' } as const;

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

/** Verifies a bucket that is not saved, or one with a saved bucket's secret; for Azure, posting again is the poll. */
export const verifyBucket = endpoint({
  dialect: edgeImpulse,
  name: 'verify-bucket',
  method: 'POST',
  path: `${buckets}/verify`,
  scope: 'connections:verify',
  organizationFrom,
  needs: verifySavedNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const request = fromVerifyRequest(body);
    if (request.with === 'stored')
      return verifyStored(request.bucketId, request.at, { organizationId, ...context }, ports, 'bucketId');
    return told(await verifyUnsaved({ organizationId, ...request }, ports, context));
  },
});

/** Verifies a saved bucket under a prefix. */
export const verifyExistingBucket = endpoint({
  dialect: edgeImpulse,
  name: 'verify-existing-bucket',
  method: 'POST',
  path: `${buckets}/{bucketId}/verify`,
  scope: 'connections:verify',
  organizationFrom,
  needs: verifySavedNeeds,
  async run({ body, ...request }, ports) {
    const prefix = fromVerifyExistingRequest(body);
    return verifyStored(
      bucketIdIn(request.path),
      ({ target }) => {
        if (target.bucket === undefined) throw new Refused({ kind: 'not-found' });
        return { ...target, bucket: target.bucket, prefix };
      },
      request,
      ports,
    );
  },
});

const told = (progress: Progress, ...connections: readonly string[]): Answer => ({
  status: 200,
  body: toVerifyResponse(progress),
  trail: { connections, verdict: auditVerdict(progress) },
});

/** @param field the member of the body that named the bucket; absent where the path did */
async function verifyStored(
  id: number,
  at: Parameters<typeof verifySaved>[2],
  { organizationId, ...context }: Omit<Request, 'body'>,
  ports: Parameters<typeof verifySaved>[3],
  field?: 'bucketId',
) {
  const verified = await verifySaved(organizationId, { id }, at, ports, context);
  switch (verified.result) {
    case 'told':
      return told(verified.progress, verified.connection.uid);
    case 'not-found':
      throw new Refused({ kind: 'not-found', ...(field && { field }) });
    case 'secret-required':
      throw secretRequired();
  }
}
