import { join } from 'node:path';
import type { CustomerRole } from '../aws/sts/service.ts';
import { type DemoKeys, demoAccount, demoRoles, newDemoKeys } from './demo-keys.ts';
import { type DemoStorage, type DemoStorageOptions, startDemoStorage } from './demo-storage.ts';

/** Roles in a customer's account that lead to the demo buckets. */
export interface DemoRoles {
  /** Trusts this deployment under the demo organization's external id. */
  readonly storage: string;
  /** Trusts this deployment whoever it asks for, as no role should. */
  readonly open: string;
}

/** The demo storage, the keys it accepts, and the ARNs of the roles that lead to it. */
export interface Demo extends DemoStorage {
  readonly keys: DemoKeys;
  readonly roles: DemoRoles;
}

/** How the demo storage differs from a new one with new keys. */
export type DemoOptions = Partial<Omit<DemoStorageOptions, 'dataDir' | 'onManagement'>>;

/**
 * Starts the demo storage below a directory; see `startDemoStorage`.
 *
 * @param onManagement told of every call that changed permissions; must not throw
 */
export async function startDemo(
  options: DemoOptions,
  dataDir: string,
  onManagement: NonNullable<DemoStorageOptions['onManagement']>,
): Promise<Demo> {
  const keys = options.keys ?? newDemoKeys();
  const storage = await startDemoStorage({ ...options, keys, dataDir: join(dataDir, 'demo'), onManagement });
  return { ...storage, keys, roles: demoRoles };
}

/** The demo's roles as STS has to know them. */
export function customerRoles(
  { roles, s3 }: Demo,
  trust: { readonly account: string; readonly externalId: string },
): readonly CustomerRole[] {
  const common = { trustedAccount: trust.account, credentials: s3.session };
  return [
    { ...common, arn: roles.storage, externalId: trust.externalId },
    { ...common, arn: roles.open },
  ];
}

/**
 * The template's parameters with which functions reach the demo storage, by its endpoints on this machine and by the
 * providers' own, and events of its customer's account are taken. What was given is kept: entries of `ConnectTo` come
 * first, so that they count where both do.
 *
 * @param declared the parameters that the template has
 */
export function withDemo(
  given: Readonly<Record<string, string>>,
  demo: Demo | undefined,
  declared: ReadonlySet<string>,
): Record<string, string> {
  if (demo === undefined) return { ...given };
  const { s3, azure, hosts } = demo;
  const also = (name: string, ...more: readonly string[]) =>
    [given[name] ?? '', ...more].filter((entry) => entry.trim() !== '');
  return {
    ...given,
    EgressAllow: also('EgressAllow', ...[s3, azure, hosts].map(({ port }) => `127.0.0.1:${port}`)).join(','),
    ConnectTo: also('ConnectTo', ...hosts.connectTo).join(','),
    EgressCa: also('EgressCa', hosts.ca).join('\n'),
    ...(declared.has('EventAccounts') && { EventAccounts: also('EventAccounts', demoAccount).join(',') }),
  };
}
