import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type AddressRule, addressRules } from './address-rules.ts';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * An IP address as it was written and as what it leads to. The two differ for IPv6 forms that carry an IPv4 address
 * inside: whatever is said about that address holds for the form too.
 */
export interface ReadAddress {
  readonly written: Address;
  readonly meant: Address;
}

export interface AddressJudge {
  /**
   * Reads an address in the forms that sockets take without looking a name up; `undefined` for anything else, the
   * decimal, octal and short forms of IPv4 included, which only a name look-up turns into addresses.
   */
  read(text: string): ReadAddress | undefined;
  /** Whether no rule speaks against connecting to it. */
  isPublic(address: ReadAddress): boolean;
  /** Whether only an entry of its very own opens it. */
  isMetadata(address: ReadAddress): boolean;
}

type Network = readonly [Address, number];

/** Judges addresses by these rules; for anything but trying the rules out, by all of them. */
export function judgeBy(rules: readonly AddressRule[]): AddressJudge {
  const carriers = rules
    .filter((rule) => rule.kind === 'carrier')
    .map(({ network, byte }) => ({ network: ipaddr.parseCIDR(network), byte }));
  const metadata = new Set(
    rules.filter((rule) => rule.kind === 'metadata').map(({ address }) => digits(ipaddr.parse(address))),
  );
  const refusals = rules.map(refusalBy);
  const isMetadata = ({ meant }: ReadAddress): boolean => metadata.has(digits(meant));
  return {
    isMetadata,
    isPublic: (address) => !isMetadata(address) && !refusals.some((refuses) => refuses(address)),
    read(text) {
      // The two do not agree on what a zone may be called.
      if (isIP(text) === 0 || !ipaddr.isValid(text)) return undefined;
      const written = ipaddr.parse(text);
      const carrier = carriers.find(({ network }) => isIn(written, network));
      if (!carrier) return { written, meant: written };
      return { written, meant: new ipaddr.IPv4(written.toByteArray().slice(carrier.byte, carrier.byte + 4)) };
    },
  };
}

export const everyAddressRule: AddressJudge = judgeBy(addressRules);

/** What a rule by itself says against an address. Metadata and what is carried inside are not for it to say. */
function refusalBy(rule: AddressRule): (address: ReadAddress) => boolean {
  switch (rule.kind) {
    case 'block': {
      const network = ipaddr.parseCIDR(rule.network);
      return ({ written, meant }) => isIn(written, network) || isIn(meant, network);
    }
    case 'only-block': {
      const network = ipaddr.parseCIDR(rule.network);
      return ({ meant }) => meant.kind() === network[0].kind() && !isIn(meant, network);
    }
    case 'tunnel-interface': {
      const [fifth, sixth] = rule.groups;
      return ({ written }) =>
        written instanceof ipaddr.IPv6 && written.parts[4] === fifth && written.parts[5] === sixth;
    }
    case 'zoned':
      return ({ written }) => written instanceof ipaddr.IPv6 && written.zoneId !== undefined;
    case 'carrier':
    case 'metadata':
      return () => false;
  }
}

/** Whether an address is one of a network's, of the same family. */
export function isIn(address: Address, [base, bits]: Network): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

export function isSame(one: ReadAddress, other: ReadAddress): boolean {
  return one.meant.toNormalizedString() === other.meant.toNormalizedString();
}

/** An address without its zone. */
function digits(address: Address): string {
  return address.toByteArray().join('.');
}
