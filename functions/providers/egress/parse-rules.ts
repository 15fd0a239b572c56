import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Address, type AddressJudge, everyAddressRule, type ReadAddress } from './address.ts';
import { readAuthorities } from './parse-authorities.ts';

/** The deployment's configuration as it is written; blank and absent mean the same. Every part is read by `parseRules`. */
export interface EgressEnvironment {
  /** Private storage that may be reached: hosts, addresses or CIDR ranges, each with optional port, by commas. */
  readonly EGRESS_ALLOW?: string | undefined;
  /** The ports at which public addresses may be reached, by commas. */
  readonly EGRESS_PORTS?: string | undefined;
  /** Other places to connect to for some hosts, `HOST1:PORT1:HOST2:PORT2` as curl's --connect-to, by commas. */
  readonly CONNECT_TO?: string | undefined;
  /** Certificate authorities in PEM that are trusted besides Node's own. */
  readonly EGRESS_CA?: string | undefined;
}

export interface Rules {
  readonly allowed: readonly AllowRule[];
  readonly ports: ReadonlySet<number>;
  readonly mappings: readonly Mapping[];
  /** What is known of addresses, the same for every deployment. */
  readonly addresses: AddressJudge;
  /** Each a certificate in PEM. */
  readonly authorities: readonly string[];
}

/** What an entry of EGRESS_ALLOW covers; without a port, every port. */
export type AllowRule = { readonly port?: number } & (
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'address'; readonly address: ReadAddress }
  | { readonly kind: 'network'; readonly network: readonly [Address, number] }
);

/** One entry of CONNECT_TO; the first that matches counts. */
export interface Mapping {
  /** Lower case; with a leading dot it stands for every name below it. */
  readonly host: string;
  /** Absent: any port. */
  readonly port?: number;
  readonly toHost: string;
  /** Absent: the port asked for. */
  readonly toPort?: number;
}

/** https, and what S3-compatible storages commonly serve it at (MinIO 9000, Dell ECS 9020 and 9021). */
const usualPorts: readonly number[] = [443, 8443, 9000, 9020, 9021];

/** @throws Error naming the variable and the entry that cannot be read */
export function parseRules(environment: EgressEnvironment): Rules {
  const ports = entriesOf('EGRESS_PORTS', environment.EGRESS_PORTS, readPort);
  return {
    allowed: entriesOf('EGRESS_ALLOW', environment.EGRESS_ALLOW, readAllowance),
    ports: new Set(ports.length > 0 ? ports : usualPorts),
    mappings: entriesOf('CONNECT_TO', environment.CONNECT_TO, readMapping),
    addresses: everyAddressRule,
    authorities: readAuthorities('EGRESS_CA', environment.EGRESS_CA),
  };
}

/** What a reader makes of an entry: its value, or what is wrong with it. */
type Read<T> = T | { readonly wrong: string };
const isWrong = (read: unknown): read is { readonly wrong: string } =>
  typeof read === 'object' && read !== null && 'wrong' in read;

function entriesOf<T>(name: string, text: string | undefined, read: (entry: string) => Read<T>): readonly T[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const entry = part.trim();
    const value = entry === '' ? { wrong: 'an entry is empty' } : read(entry);
    if (isWrong(value)) throw new Error(`${name}: "${entry}": ${value.wrong}.`);
    return value;
  });
}

function readPort(text: string): Read<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : { wrong: 'a port is a number from 1 to 65535' };
}

function readAllowance(entry: string): Read<AllowRule> {
  // A port can follow a bracket, or the only colon there is: an address of IPv6 has several of its own.
  const parts = /^(?:\[(?<bracketed>[^\]]*)\](?<bits>\/\d+)?|(?<plain>[^:]*))(?::(?<port>[^:]*))?$/.exec(entry)?.groups;
  const what = parts ? (parts['bracketed'] ?? parts['plain'] ?? '') + (parts['bits'] ?? '') : entry;
  const port = parts?.['port'] === undefined ? undefined : readPort(parts['port']);
  if (isWrong(port)) return port;
  const covered = readCovered(what);
  return isWrong(covered) || port === undefined ? covered : { ...covered, port };
}

function readCovered(text: string): Read<AllowRule> {
  if (text.includes('/')) return readNetwork(text);
  const address = everyAddressRule.read(text);
  if (address) return { kind: 'address', address };
  const host = readHost(text);
  return isWrong(host) ? host : { kind: 'host', host };
}

function readNetwork(text: string): Read<AllowRule> {
  const [base = '', bits = ''] = text.split('/');
  const wrong = 'a network is an address and a prefix length, such as 10.0.0.0/8 or fd00::/8';
  if (isIP(base) === 0 || !/^\d{1,3}$/.test(bits) || base.includes('%')) return { wrong };
  const address = ipaddr.parse(base);
  const longest = address instanceof ipaddr.IPv4 ? 32 : 128;
  if (Number(bits) > longest) return { wrong };
  // A network of one address names that address, which is more than covering it (see `isMetadata`).
  const named = Number(bits) === longest ? everyAddressRule.read(base) : undefined;
  return named ? { kind: 'address', address: named } : { kind: 'network', network: [address, Number(bits)] };
}

/** A host name in its usual form: lower case, without the root's dot. */
export const hostForm = (host: string): string => host.toLowerCase().replace(/\.$/, '');

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`);

function readHost(text: string): Read<string> {
  const host = hostForm(text);
  // A name whose last label is a number is one of the old spellings of an IPv4 address (WHATWG URL, "ends in a number").
  const isNumeric = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host);
  if (hostName.test(host) && !isNumeric) return host;
  return { wrong: 'a host is a name, an IPv4 address in four decimal parts, or an IPv6 address' };
}

function readMapping(entry: string): Read<Mapping> {
  const piece = '(\\[[^\\]]*\\]|[^:]*)';
  const parts = new RegExp(`^${piece}:([^:]*):${piece}:([^:]*)$`).exec(entry);
  if (!parts) return { wrong: 'an entry is HOST1:PORT1:HOST2:PORT2' };
  const [, from = '', fromPort = '', to = '', toPort = ''] = parts;
  const isWildcard = from.startsWith('*.');
  const host = readEndpointHost(isWildcard ? from.slice(2) : from);
  const toHost = readEndpointHost(to);
  const port = fromPort === '' ? undefined : readPort(fromPort);
  const mappedPort = toPort === '' ? undefined : readPort(toPort);
  for (const read of [host, toHost, port, mappedPort]) if (isWrong(read)) return read;
  if (isWrong(host) || isWrong(toHost) || isWrong(port) || isWrong(mappedPort)) return { wrong: 'not readable' };
  return {
    host: isWildcard ? `.${host}` : host,
    toHost,
    ...(port !== undefined && { port }),
    ...(mappedPort !== undefined && { toPort: mappedPort }),
  };
}

/** A host or an address, IPv6 in brackets; without the brackets. */
function readEndpointHost(text: string): Read<string> {
  const bare = text.startsWith('[') ? text.slice(1, -1) : text;
  return everyAddressRule.read(bare) ? bare : readHost(bare);
}
