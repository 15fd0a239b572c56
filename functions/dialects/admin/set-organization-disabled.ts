import type { Ports } from '../../core/ports.ts';
import type { AdminRequest } from '../../http/endpoints/admin-endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { organizationIn, toOrganization } from './organization-wire.ts';

/** Disables the organization that the path names as of a moment, or enables it again with undefined. */
export async function setOrganizationDisabled(
  action: 'organization.disable' | 'organization.enable',
  at: number | undefined,
  { path, audited }: AdminRequest,
  ports: Pick<Ports, 'organizations.write'>,
) {
  const kept = ports['organizations.write'];
  const { id } = await organizationIn(path, kept);
  return audited(action, id, async () => {
    const now = await kept.disable(id, at);
    if (!now) throw new Refused({ kind: 'not-found' });
    return { status: 200, body: toOrganization(now) };
  });
}
