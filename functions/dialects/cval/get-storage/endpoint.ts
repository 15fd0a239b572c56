import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { cval } from '../dialect.ts';
import { findStorage } from '../find-storage.ts';
import { storage, toPaths } from '../paths.ts';
import { toStorage } from '../storage-wire.ts';

export const getStorage = endpoint({
  dialect: cval,
  name: 'get-storage',
  method: 'GET',
  ...toPaths(storage),
  scope: 'connections:read',
  needs: ['connections.read', 'credentials.read'],
  async run(request, ports) {
    const found = await findStorage(request, ports['connections.read']);
    const secrets = await revealSecrets([found], request.reveal, ports);
    return { status: 200, body: toStorage(found, secrets.get(found.uid)) };
  },
});
