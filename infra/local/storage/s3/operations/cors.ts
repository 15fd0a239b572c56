import type { S3Answer } from '../answer.ts';
import { S3Refusal } from '../errors.ts';
import type { S3Request } from '../request.ts';
import type { ServedBucket } from '../store/buckets.ts';

/** The methods a CORS rule can name (Amazon S3 User Guide, "Elements of a CORS configuration"). */
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/**
 * Answers a preflight. It is not authenticated: browsers send none.
 *
 * @throws S3Refusal BadRequest without an origin or a method, AccessForbidden when the bucket allows neither
 */
export function preflight(request: S3Request, bucket: ServedBucket | undefined): S3Answer {
  const method = request.headers.get('access-control-request-method');
  if (!request.headers.has('origin')) {
    throw new S3Refusal('BadRequest', { message: 'Insufficient information. The Origin header is required.' });
  }
  if (method === undefined) {
    throw new S3Refusal('BadRequest', { message: 'The Access-Control-Request-Method header is required.' });
  }
  if (bucket?.cors !== true || !METHODS.includes(method)) {
    throw new S3Refusal('AccessForbidden', {
      details: { Method: method, ResourceType: request.address.key === '' ? 'BUCKET' : 'OBJECT' },
    });
  }
  const asked = request.headers.get('access-control-request-headers');
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': METHODS.join(', '),
      ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
      'access-control-max-age': '3000',
      vary: VARY,
    },
  };
}

/** The headers a browser needs on the answer proper, an error's included; none without an origin or a rule. */
export function corsHeaders(request: S3Request, bucket: ServedBucket | undefined): Readonly<Record<string, string>> {
  if (bucket?.cors !== true || !request.headers.has('origin') || !METHODS.includes(request.method)) return {};
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-expose-headers': 'ETag',
    vary: VARY,
  };
}
