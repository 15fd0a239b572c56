import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * An IP address as it was written and as what it leads to. The two differ for IPv6 forms that carry an IPv4 address
 * inside: whatever is said about that address holds for the form too.
 */
export interface ReadAddress {
  readonly written: Address;
  readonly meant: Address;
}

/**
 * Reads an address in the forms that sockets take without looking a name up; `undefined` for anything else, the
 * decimal, octal and short forms of IPv4 included, which only a name look-up turns into addresses.
 */
export function readAddress(text: string): ReadAddress | undefined {
  if (isIP(text) === 0) return undefined;
  const written = ipaddr.parse(text);
  return { written, meant: written instanceof ipaddr.IPv6 ? embeddedIn(written) : written };
}

/** The IPv4 address in a mapped (RFC 4291), NAT64 (RFC 6052, well-known prefix) or 6to4 (RFC 3056) form. */
function embeddedIn(address: ipaddr.IPv6): Address {
  const [first = 0, second = 0, third = 0, ...rest] = address.parts;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (first === 0x2002) return fromHalves(second, third);
  const [fourth, fifth, sixth, seventh = 0, eighth = 0] = rest;
  const isNat64 = first === 0x64 && second === 0xff9b && !third && !fourth && !fifth && !sixth;
  return isNat64 ? fromHalves(seventh, eighth) : address;
}

const fromHalves = (high: number, low: number): ipaddr.IPv4 =>
  new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);

const isZoned = (address: Address): boolean => address instanceof ipaddr.IPv6 && address.zoneId !== undefined;

/**
 * Addresses at which clouds serve credentials or machine configuration (AWS instance and task metadata, Azure's wire
 * server). They are reached only where the configuration names that very address.
 */
const metadata: ReadonlySet<string> = new Set(
  ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '168.63.129.16'].map((text) =>
    canonicalText(ipaddr.parse(text)),
  ),
);

function canonicalText(address: Address): string {
  return address.toNormalizedString();
}

export const isMetadata = ({ meant }: ReadAddress): boolean => metadata.has(canonicalText(meant));

export const isSame = (one: ReadAddress, other: ReadAddress): boolean =>
  canonicalText(one.meant) === canonicalText(other.meant);

/**
 * Whether an address is globally routable unicast. The library knows the special ranges; it takes 168.63.129.16 and
 * IPv6 outside 2000::/3, the only block assigned for global unicast (RFC 4291, IANA), for ordinary ones.
 */
export function isPublic(address: ReadAddress): boolean {
  const { written, meant } = address;
  if (isZoned(written) || isMetadata(address) || meant.range() !== 'unicast') return false;
  return meant instanceof ipaddr.IPv4 || ((meant.parts[0] ?? 0) & 0xe000) === 0x2000;
}
