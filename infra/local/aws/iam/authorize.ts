import type { Log } from '../invoke.ts';
import { type AwsEnvironment, type Caller, ServiceError } from '../service.ts';
import type { Principal } from './credentials.ts';
import { evaluatePolicy } from './evaluate-policy.ts';

/**
 * Creates the caller of a request. Operations require permissions of it, and the role's statements decide.
 * A refusal is logged with role, action and resource, so that a developer sees which grant a function lacks.
 */
export function createCaller(principal: Principal, env: AwsEnvironment, log: Log): Caller {
  if (principal.kind === 'administrator') return { id: env.account, require: () => undefined };
  const { role } = principal;
  const sessionArn = toSessionArn(role.arn);
  return {
    id: `${role.id}:local`,
    require: (action, resource, keys = {}) => {
      const verdict = evaluatePolicy(role.statements, {
        action,
        resource,
        keys: {
          'aws:PrincipalArn': [role.arn],
          'aws:RequestedRegion': [env.region],
          'aws:ResourceAccount': [env.account],
          ...keys,
        },
      });
      if (verdict === 'allowed') return;
      const reason =
        verdict === 'explicit-deny'
          ? 'with an explicit deny in an identity-based policy'
          : `because no identity-based policy allows the ${action} action`;
      log(`Refused: ${role.logicalId} is not allowed ${action} on ${resource} (${verdict}).`);
      throw new ServiceError(
        'AccessDeniedException',
        `User: ${sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      );
    },
  };
}

/** Converts a role's ARN to that of its assumed session, which AWS names in its messages. */
export function toSessionArn(roleArn: string): string {
  const [, , , , account = ''] = roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/local`;
}
