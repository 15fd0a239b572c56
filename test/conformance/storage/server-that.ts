import { onTestFinished } from 'vitest';
import type { TlsIdentity } from '../../../infra/local/storage/loopback-server.ts';
import { type Conduct, type HostileServer, hostileServer } from './hostile.ts';

/** A server that behaves so until the test that asked for it is over. */
export async function serverThat(conduct: Conduct, tls?: Partial<TlsIdentity>): Promise<HostileServer> {
  const server = await hostileServer(conduct, tls);
  onTestFinished(server.stop);
  return server;
}
