import { parseMountOptions } from '../../../core/connections/parse-mount-options.ts';
import type { ConnectionChanges } from '../../../core/connections/update-connection.ts';
import type { Connection, SavedTarget } from '../../../core/records/connection.ts';
import { type Fault, faultsOf, type Parsed } from '../../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { isRole, parseProvider, parseRole, parseTargetAt, parseUrl, parseUrlProxy } from '../account-wire.ts';
import { type ConnectorBody, parseConnector } from '../connector-shape.ts';
import { type ConnectorField, type Storage, storageNamed, wireName, wireProvider } from '../names.ts';
import { parseConnectorName } from '../parse-connector-name.ts';
import { repeatValues } from '../refusal.ts';

/**
 * Reads what is to change of a connector: of the fields that were sent, those that differ from what there is, because
 * clients read, modify and write back.
 *
 * @param externalId the organization's, for a role
 * @throws Refused for everything that is wrong with it, all at once
 */
export const fromUpdateRequest = (body: unknown, seen: Connection, externalId: string): ConnectionChanges =>
  repeatValues(body, () => {
    const sent = parseConnector(body);
    const name = parseNews(sent.name, seen.name, parseConnectorName);
    const options = parseNews(sent.options, seen.options, parseMountOptions);
    const account = parseAccountChanges(sent, seen, externalId);
    if (!name.ok || !account.ok || !options.ok) {
      return unwrapOrRefuse({ ok: false, faults: faultsOf<ConnectorField>(name, account, options) }, wireName);
    }
    return {
      ...account.value,
      ...(name.value !== undefined && { name: name.value }),
      ...(options.value !== undefined && { options: options.value }),
    };
  });

/** What stays is not looked at: another API may have made what could not be made here. */
const parseNews = <F extends string>(
  sent: string | null | undefined,
  own: string | undefined,
  parse: (text: string) => Parsed<string, F>,
): Parsed<string | undefined, F> => (isNews(sent, own) ? parse(sent) : { ok: true, value: undefined });

const isNews = (sent: string | null | undefined, own: string | undefined): sent is string =>
  typeof sent === 'string' && sent !== (own ?? '');

function parseAccountChanges(sent: ConnectorBody, seen: Connection, externalId: string): Parsed<ConnectionChanges> {
  const storage = parseProvider(sent.provider ?? wireProvider(seen.target));
  if (!storage.ok) return storage;
  const place = parsePlaceChanges(storage.value, sent, seen.target);
  const accessKey = sent.access_key ?? seen.credential.accessKey;
  const withRole = isRole(storage.value, accessKey);
  const blanks = blankKeys(sent, withRole);
  if (!place.ok || blanks.length > 0) return { ok: false, faults: [...faultsOf(place), ...blanks] };
  const changes = place.value;

  const { provider, endpoint, proxy, proxyUser } = changes;
  const hasMoved = [provider, endpoint, proxy, proxyUser].some((change) => change !== undefined);
  const isKeyDue = hasMoved || accessKey !== seen.credential.accessKey;
  if (withRole) {
    const role = parseRole({ accessKey, secretKey: sent.secret_key ?? '' }, externalId);
    if (!role.ok || !isKeyDue) return role.ok ? place : role;
    if (typeof sent.access_key !== 'string') return { ok: false, faults: [sentAgain('accessKey')] };
    return { ok: true, value: { ...changes, role: role.value } };
  }
  if (typeof sent.secret_key === 'string') {
    return { ok: true, value: { ...changes, accessKey, secretKey: sent.secret_key } };
  }
  return isKeyDue ? { ok: false, faults: [sentAgain('secretKey')] } : place;
}

/** What changes about where the connector points. An address that was made of provider and region is made anew. */
function parsePlaceChanges(storage: Storage, sent: ConnectorBody, own: SavedTarget): Parsed<ConnectionChanges> {
  const isOther = isNews(sent.provider, wireProvider(own));
  const region = sent.region ?? own.region ?? '';
  const isElsewhere = isOther || isNews(sent.region, own.region);
  const isMade = isElsewhere && !isNews(sent.url, own.endpoint) && wasMade(own);
  const url = isMade ? '' : (sent.url ?? own.endpoint);
  if (!isElsewhere && url === own.endpoint && !isNews(sent.url_proxy, own.proxy)) return { ok: true, value: {} };

  const proxy = parseUrlProxy(sent.url_proxy ?? own.proxy ?? '');
  const target = parseTargetAt(storage, parseUrl(storage, url, region), { region, proxy });
  if (!target.ok || !proxy.ok) return { ok: false, faults: faultsOf(target) };
  const { endpoint, proxy: through = '' } = target.value;
  const { user } = proxy.value;
  const isMoved = endpoint !== own.endpoint;
  return {
    ok: true,
    value: {
      // The vendor is that of the endpoint, so it goes along.
      ...((isOther || isMoved) && storage),
      ...(isMoved && { endpoint }),
      ...(region !== (own.region ?? '') && { region }),
      ...(through !== (own.proxy ?? '') && { proxy: through }),
      ...(user !== undefined && { proxyUser: user }),
    },
  };
}

/** Whether an endpoint is the one that its provider has in its region. */
function wasMade(own: SavedTarget): boolean {
  const storage = storageNamed(wireProvider(own));
  const made = storage && parseUrl(storage, '', own.region ?? '');
  return made?.ok === true && made.value === own.endpoint;
}

/** A key that is sent is not empty; a role's secret may be, because it has none. */
const blankKeys = ({ access_key, secret_key }: ConnectorBody, withRole: boolean): readonly Fault[] => [
  ...(access_key === '' ? [blank('accessKey')] : []),
  ...(secret_key === '' && !withRole ? [blank('secretKey')] : []),
];

const blank = (field: 'accessKey' | 'secretKey'): Fault => ({ field, code: 'blank', message: "can't be blank" });

/** A stored secret belongs to where it was stored for (dialects/README.md). */
export const sentAgain = (field: 'accessKey' | 'secretKey'): Fault => ({
  field,
  code: 'blank',
  message: 'must be sent again: the stored one is for another provider, url, url_proxy or access_key',
});
