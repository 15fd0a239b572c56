import { addConnection, addConnectionNeeds } from '../../../core/connections/add-connection.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { cval } from '../dialect.ts';
import { toPaths } from '../paths.ts';
import { fromCreateRequest, toDataset } from '../storage-wire.ts';

export const createStorage = endpoint({
  dialect: cval,
  name: 'create-storage',
  method: 'POST',
  ...toPaths('/cloud'),
  scope: 'connections:create',
  needs: addConnectionNeeds,
  async run({ organizationId, body, ...context }, ports) {
    const of = { organizationId, ...fromCreateRequest(body), ask: 'first', dataset: true } as const;
    const added = await addConnection(of, ports, context);
    switch (added.result) {
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: added.diagnosis });
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw new Error('A name that was made up was taken.');
      case 'added':
    }
    const { uid, dataset } = added.connection;
    // The document's answer is the id; more is said only where the caller has something to do.
    const isLacking = dataset && !('complete' in dataset && dataset.complete);
    const body200 = { id: uid, ...(isLacking && { dataset: toDataset(dataset) }) };
    return { status: 200, body: body200, trail: { connections: [uid], verdict: 'connected' } };
  },
});
