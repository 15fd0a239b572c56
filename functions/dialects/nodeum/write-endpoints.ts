import { addConnection, addConnectionNeeds } from '../../core/connections/add-connection.ts';
import { revealedSecrets } from '../../core/connections/reveal-secrets.ts';
import { updateConnection, updateConnectionNeeds } from '../../core/connections/update-connection.ts';
import { checked } from '../../http/body/unwrap-result.ts';
import { endpoint } from '../../http/endpoints/endpoint.ts';
import { Refused } from '../../http/problem.ts';
import { fromCreateRequest } from './connector-wire.ts';
import { nodeum } from './dialect.ts';
import { connectorIn } from './find-connector.ts';
import { wireName } from './names.ts';
import { connector, connectors } from './paths.ts';
import { refusal } from './refusal.ts';
import { toConnector } from './to-connector.ts';
import { fromUpdateRequest, sentAgain } from './update-connector/wire.ts';

export const createConnector = endpoint({
  dialect: nodeum,
  name: 'create-connector',
  method: 'POST',
  path: connectors,
  scope: 'connections:create',
  needs: addConnectionNeeds,
  async run({ organizationId, organization, body, reveal, ...context }, ports) {
    const of = { organizationId, ...fromCreateRequest(body, organization.externalId) };
    const added = await addConnection(of, ports, context);
    switch (added.result) {
      case 'refused':
        throw new Refused({ kind: 'refused-by-storage', diagnosis: added.diagnosis });
      case 'full':
        throw new Refused({ kind: 'full', most: added.most });
      case 'name-taken':
        throw nameTaken(of.name?.text);
      case 'added':
    }
    const { connection } = added;
    // What was just sent need not be fetched.
    const secrets = await revealedSecrets([connection], reveal, { 'credentials.read': async () => of.credential });
    return {
      status: 201,
      body: toConnector(connection, secrets.get(connection.uid)),
      trail: { connections: [connection.uid], verdict: 'connecting' },
    };
  },
});

export const updateConnector = endpoint({
  dialect: nodeum,
  name: 'update-connector',
  method: 'PUT',
  path: connector,
  scope: 'connections:update',
  needs: updateConnectionNeeds,
  async run({ organizationId, organization, path, body, reveal, ...context }, ports) {
    const seen = await connectorIn(path, organizationId, ports['connections.write']);
    const changes = fromUpdateRequest(body, seen, organization.externalId);
    const updated = await updateConnection(organizationId, { uid: seen.uid }, changes, 'later', ports, context);
    switch (updated.result) {
      case 'not-found':
      case 'conflict':
        throw new Refused({ kind: updated.result });
      case 'name-taken':
        throw nameTaken(changes.name);
      case 'secret-required':
        return checked({ ok: false, faults: [sentAgain('secretKey')] }, wireName);
      case 'invalid':
        return checked({ ok: false, faults: updated.faults }, wireName);
      case 'refused':
        throw new Error('The storage was asked, although the loop is to do that.');
      case 'updated':
    }
    const { connection } = updated;
    const secrets = await revealedSecrets([connection], reveal, ports);
    return {
      status: 200,
      body: toConnector(connection, secrets.get(connection.uid)),
      trail: { connections: [connection.uid] },
    };
  },
});

const nameTaken = (name: string | undefined) =>
  refusal([{ field: 'name', code: 'taken', message: 'has already been taken' }], { name });
