import type { Log } from '../invoke.ts';
import { type Caller, ServiceError } from '../service.ts';
import type { Principal } from './credentials.ts';
import { judge } from './evaluate-policy.ts';

/**
 * The caller behind a request: each operation states what it needs, and the role's statements decide.
 * A refusal is logged with role, action and resource, so that an under-granted function is found here.
 */
export function createCaller(principal: Principal, place: { account: string; region: string }, log: Log): Caller {
  if (principal.kind === 'administrator') return { id: place.account, require: () => undefined };
  const { role } = principal;
  const user = assumedRole(role.arn);
  return {
    id: `${role.id}:local`,
    require: (action, resource, keys = {}) => {
      const verdict = judge(role.statements, {
        action,
        resource,
        keys: {
          'aws:PrincipalArn': [role.arn],
          'aws:RequestedRegion': [place.region],
          'aws:ResourceAccount': [place.account],
          ...keys,
        },
      });
      if (verdict === 'allowed') return;
      const because =
        verdict === 'denied'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${action} action`;
      log(`Refused: ${role.logicalId} is not allowed ${action} on ${resource} (${verdict}).`);
      throw new ServiceError(
        'AccessDeniedException',
        `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
      );
    },
  };
}

/** The session ARN that AWS names in its messages for a role in use. */
export function assumedRole(roleArn: string): string {
  const [, , , , account = ''] = roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/local`;
}
