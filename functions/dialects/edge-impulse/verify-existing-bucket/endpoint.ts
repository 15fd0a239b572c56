import { verifyConnectionNeeds } from '../../../core/connections/verify-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { bucketIdIn, fromVerifyExistingRequest } from '../bucket-wire.ts';
import { edgeImpulse } from '../dialect.ts';
import { buckets, organizationFrom } from '../paths.ts';
import { verifyStoredBucket } from '../verify-stored-bucket.ts';

/** Verifies a saved bucket under a prefix. */
export const verifyExistingBucket = endpoint({
  dialect: edgeImpulse,
  name: 'verify-existing-bucket',
  method: 'POST',
  path: `${buckets}/{bucketId}/verify`,
  scope: 'connections:verify',
  organizationFrom,
  needs: verifyConnectionNeeds,
  async run({ body, ...request }, ports) {
    const prefix = fromVerifyExistingRequest(body);
    return verifyStoredBucket(
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
