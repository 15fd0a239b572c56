import { type Ports, Throttled } from '../ports.ts';
import { isProvidersOwnHost } from '../storage/provider-hosts.ts';
import type { AccountTarget } from '../storage/target.ts';
import type { Caller } from './caller.ts';
import type { LimitSubject, RateLimitStatus } from './rate-limit.ts';

/** Who asks, for the limits. */
export interface RateLimitContext {
  readonly actor: Caller['actor'];
  readonly organizationId: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Lets a call reach out to a storage, or says when to come back. The key comes first, so that one that is used up
 * takes nothing from its organization.
 *
 * @returns what is left of the key's
 * @throws Throttled
 */
export async function enforceRateLimits(
  { actor, organizationId, now }: RateLimitContext,
  target: AccountTarget,
  ports: Pick<Ports, 'rateLimits.take'>,
): Promise<RateLimitStatus> {
  const take = async (subject: LimitSubject): Promise<RateLimitStatus> => {
    const allowance = await ports['rateLimits.take'](subject, now);
    if (allowance.allowed) return allowance;
    throw new Throttled(`the limit of the ${subject.kind}`, allowance.retryAfterSeconds, allowance);
  };
  const ofKey = await take({ kind: 'key', id: actor.kind === 'key' ? actor.key : `token:${actor.subject}` });
  // A name with a dot at its end is the same host.
  const { hostname, port } = new URL(target.endpoint);
  const name = hostname.replace(/\.$/, '');
  await Promise.all([
    take({ kind: 'organization', id: organizationId }),
    ...(isProvidersOwnHost(name) ? [] : [take({ kind: 'host', host: port === '' ? name : `${name}:${port}` })]),
  ]);
  return ofKey;
}
