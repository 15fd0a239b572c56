import { revealedSecrets } from '../../../core/connections/reveal-secrets.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { cval } from '../dialect.ts';
import { storageIn } from '../find-storage.ts';
import { at, storage } from '../paths.ts';
import { toStorage } from '../storage-wire.ts';

export const getStorage = endpoint({
  dialect: cval,
  name: 'get-storage',
  method: 'GET',
  ...at(storage),
  scope: 'connections:read',
  needs: ['connections.read', 'credentials.read'],
  async run(request, ports) {
    const found = await storageIn(request, ports['connections.read']);
    const secrets = await revealedSecrets([found], request.reveal, ports);
    return { status: 200, body: toStorage(found, secrets.get(found.uid)) };
  },
});
