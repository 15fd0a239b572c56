import type { NewConnection } from '../../core/connections/add-connection.ts';
import { parseMountOptions } from '../../core/connections/parse-mount-options.ts';
import { faultsOf } from '../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { type Account, parseAccount } from './account-wire.ts';
import { parseConnector } from './connector-shape.ts';
import { type ConnectorField, wireName } from './names.ts';
import { parseConnectorName } from './parse-connector-name.ts';
import { repeatValues } from './refusal.ts';

/**
 * Reads the connector that is to be created. It has no bucket: it is for an account.
 *
 * @param externalId the organization's, for a role
 * @throws Refused for everything that is wrong with it, all at once
 */
export const fromCreateRequest = (body: unknown, externalId: string): Omit<NewConnection, 'organizationId'> =>
  repeatValues(body, () => {
    const sent = parseConnector(body);
    const name = parseConnectorName(sent.name ?? '');
    const account = parseAccount(sent, externalId);
    const options = parseMountOptions(sent.options ?? '');
    if (!name.ok || !account.ok || !options.ok) {
      return unwrapOrRefuse({ ok: false, faults: faultsOf<ConnectorField>(name, account, options) }, wireName);
    }
    return {
      target: { ...account.value.target, prefix: '' },
      credential: account.value.credential,
      name: { text: name.value, unique: true },
      ...(options.value !== '' && { options: options.value }),
      // The document returns the secret, so it may be shown to those who may see it.
      revealable: true,
      ask: 'later',
    };
  });

/**
 * Reads the connector that is to be tested, of which only the account counts.
 *
 * @throws Refused for everything that is wrong with it, all at once
 */
export const fromTestRequest = (body: unknown, externalId: string): Account =>
  repeatValues(body, () => unwrapOrRefuse(parseAccount(parseConnector(body), externalId), wireName));
