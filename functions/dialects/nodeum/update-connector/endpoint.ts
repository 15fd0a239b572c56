import { revealSecrets } from '../../../core/connections/reveal-secrets.ts';
import { updateConnection, updateConnectionNeeds } from '../../../core/connections/update-connection.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { endpoint } from '../../../http/endpoints/endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { nodeum } from '../dialect.ts';
import { findConnector } from '../find-connector.ts';
import { wireName } from '../names.ts';
import { connector } from '../paths.ts';
import { nameTaken } from '../refusal.ts';
import { toConnector } from '../to-connector.ts';
import { fromUpdateRequest, sentAgain } from './wire.ts';

export const updateConnector = endpoint({
  dialect: nodeum,
  name: 'update-connector',
  method: 'PUT',
  path: connector,
  scope: 'connections:update',
  needs: updateConnectionNeeds,
  async run({ organizationId, organization, path, body, reveal, ...context }, ports) {
    const seen = await findConnector(path, organizationId, ports['connections.write']);
    const changes = fromUpdateRequest(body, seen, organization.externalId);
    const updated = await updateConnection(organizationId, { uid: seen.uid }, changes, 'later', ports, context);
    switch (updated.result) {
      case 'not-found':
      case 'conflict':
        throw new Refused({ kind: updated.result });
      case 'name-taken':
        throw nameTaken(changes.name);
      case 'secret-required':
        return unwrapOrRefuse({ ok: false, faults: [sentAgain('secretKey')] }, wireName);
      case 'invalid':
        return unwrapOrRefuse({ ok: false, faults: updated.faults }, wireName);
      case 'refused':
        throw new Error('The storage was asked, although the loop is to do that.');
      case 'updated':
    }
    const { connection } = updated;
    const secrets = await revealSecrets([connection], reveal, ports);
    return {
      status: 200,
      body: toConnector(connection, secrets.get(connection.uid)),
      trail: { connections: [connection.uid] },
    };
  },
});
