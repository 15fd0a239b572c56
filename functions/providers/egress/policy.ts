import { isIn, isSame, type ReadAddress } from './address.ts';
import { type AllowRule, hostForm, type Mapping, type Rules } from './parse-rules.ts';

/** A place as a caller names it: a host name or an address without brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A connection about to be made: what was asked for, and the address that it leads to. */
export interface Connection extends HostPort {
  readonly address: string;
  readonly tls: boolean;
}

/**
 * Whether a connection may be made: to a public address with TLS at one of the ports, or where the configuration
 * allows it in so many words. (functions/providers/README.md, "Egress".)
 */
export function permits({ host, address, port, tls }: Connection, rules: Rules): boolean {
  const read = rules.addresses.read(address);
  if (!read) return false;
  return isAllowed({ host, port }, read, rules) || (tls && rules.ports.has(port) && rules.addresses.isPublic(read));
}

/**
 * Whether a place that is mapped elsewhere may be asked for: its scheme and port are judged as if it were public,
 * since its own address is never looked up.
 */
export function permitsAsking({ host, port, tls }: HostPort & { readonly tls: boolean }, rules: Rules): boolean {
  if (tls && rules.ports.has(port)) return true;
  const literal = rules.addresses.read(host);
  return rules.allowed.some((entry) => {
    if (!coversPort(entry, port)) return false;
    return literal ? coversAddress(entry, literal, rules) : entry.kind === 'host' && entry.host === hostForm(host);
  });
}

/** Whether a connection may be made to where a mapping leads. The operator chose the port, so that is not judged. */
export function permitsMapped({ host, address, port }: HostPort & { readonly address: string }, rules: Rules): boolean {
  const read = rules.addresses.read(address);
  return read !== undefined && (isAllowed({ host, port }, read, rules) || rules.addresses.isPublic(read));
}

/** Where the configuration says to connect to instead, if it does. */
export function mappedPlace({ host, port }: HostPort, rules: Rules): HostPort | undefined {
  const mapping = rules.mappings.find((entry) => matches(entry, hostForm(host), port));
  return mapping && { host: mapping.toHost, port: mapping.toPort ?? port };
}

const matches = (mapping: Mapping, host: string, port: number): boolean =>
  (mapping.port === undefined || mapping.port === port) &&
  (mapping.host.startsWith('.') ? host.endsWith(mapping.host) : host === mapping.host);

const isAllowed = ({ host, port }: HostPort, address: ReadAddress, rules: Rules): boolean =>
  rules.allowed.some(
    (entry) =>
      coversPort(entry, port) &&
      (entry.kind === 'host'
        ? entry.host === hostForm(host) && !rules.addresses.isMetadata(address)
        : coversAddress(entry, address, rules)),
  );

const coversPort = (entry: AllowRule, port: number): boolean => entry.port === undefined || entry.port === port;

function coversAddress(entry: AllowRule, address: ReadAddress, { addresses }: Rules): boolean {
  switch (entry.kind) {
    case 'host':
      return false;
    case 'address':
      return isSame(entry.address, address);
    case 'network': {
      if (addresses.isMetadata(address)) return false;
      return [address.written, address.meant].some((one) => isIn(one, entry.network));
    }
  }
}
