/**
 * Why an address may not be connected to without being named in the configuration. One rule each, none covered by
 * another: the table of attacks takes them out one at a time and has to fail every time (`test/attacks/`).
 */
export type AddressRule = { readonly name: string } & (
  | {
      /** A block that is not for hosts on the Internet. IPv4 also stands for the forms of IPv6 that carry it. */
      readonly kind: 'block';
      readonly network: string;
    }
  | {
      /** The only block of IPv6 that is assigned for hosts on the Internet; everything outside it is refused. */
      readonly kind: 'only-block';
      readonly network: string;
    }
  | {
      /** A block of IPv6 whose addresses lead to the IPv4 address written in them, from this byte on. */
      readonly kind: 'carrier';
      readonly network: string;
      readonly byte: number;
    }
  | {
      /** Interface identifiers that lead to the IPv4 address in their last half, whatever the network. */
      readonly kind: 'tunnel-interface';
      readonly groups: readonly [fifth: number, sixth: number];
    }
  | {
      /** An address of one link of this machine. */
      readonly kind: 'zoned';
    }
  | {
      /** Serves credentials or a machine's configuration; reached only where the configuration names that very one. */
      readonly kind: 'metadata';
      readonly address: string;
    }
);

const block = (name: string, network: string): AddressRule => ({ kind: 'block', name, network });
const metadata = (name: string, address: string): AddressRule => ({ kind: 'metadata', name, address });

/**
 * The special-purpose registries of IANA (RFC 6890 and its updates), the blocks that RFC 4291 leaves unassigned, and
 * what clouds have put at addresses of their own. Blocks that IANA calls globally reachable but that serve protocols
 * and not hosts (AMT relays, AS112 name servers) are refused as well: nobody keeps a bucket there.
 */
export const addressRules: readonly AddressRule[] = [
  block('this network (RFC 791)', '0.0.0.0/8'),
  block('private 10/8 (RFC 1918)', '10.0.0.0/8'),
  block('carrier-grade NAT (RFC 6598)', '100.64.0.0/10'),
  block('loopback (RFC 1122)', '127.0.0.0/8'),
  block('link-local (RFC 3927)', '169.254.0.0/16'),
  block('private 172.16/12 (RFC 1918)', '172.16.0.0/12'),
  block('protocol assignments (RFC 6890)', '192.0.0.0/24'),
  block('documentation 1 (RFC 5737)', '192.0.2.0/24'),
  block('AS112 name servers (RFC 7535)', '192.31.196.0/24'),
  block('AMT relays (RFC 7450)', '192.52.193.0/24'),
  block('6to4 relays (RFC 7526)', '192.88.99.0/24'),
  block('private 192.168/16 (RFC 1918)', '192.168.0.0/16'),
  block('AS112 name servers, direct (RFC 7534)', '192.175.48.0/24'),
  block('benchmarking (RFC 2544)', '198.18.0.0/15'),
  block('documentation 2 (RFC 5737)', '198.51.100.0/24'),
  block('documentation 3 (RFC 5737)', '203.0.113.0/24'),
  block('multicast (RFC 5771)', '224.0.0.0/4'),
  block('reserved, and broadcast (RFC 1112, RFC 919)', '240.0.0.0/4'),

  // Loopback, unspecified, IPv4-compatible and -translated, local NAT64, discard, unique local, link-local, site-local,
  // multicast, segment routing and all that nobody has been given.
  { kind: 'only-block', name: 'global unicast only (RFC 4291)', network: '2000::/3' },
  // Teredo, benchmarking, AMT, AS112, ORCHID, drone identifiers.
  block('IETF protocol assignments (RFC 2928)', '2001::/23'),
  block('IPv6 documentation (RFC 3849)', '2001:db8::/32'),
  block('6to4 (RFC 3056, RFC 7526)', '2002::/16'),
  block('AS112 name servers, IPv6 (RFC 7534)', '2620:4f:8000::/48'),
  block('IPv6 documentation, larger (RFC 9637)', '3fff::/20'),
  { kind: 'tunnel-interface', name: 'ISATAP (RFC 5214)', groups: [0x0000, 0x5efe] },
  { kind: 'tunnel-interface', name: 'ISATAP with a global address (RFC 5214)', groups: [0x0200, 0x5efe] },
  { kind: 'zoned', name: 'zone identifiers (RFC 4007)' },

  { kind: 'carrier', name: 'IPv4-mapped (RFC 4291)', network: '::ffff:0:0/96', byte: 12 },
  { kind: 'carrier', name: 'NAT64 (RFC 6052)', network: '64:ff9b::/96', byte: 12 },
  { kind: 'carrier', name: 'IPv4 in 6to4 (RFC 3056)', network: '2002::/16', byte: 2 },

  metadata('instance metadata of AWS, Azure, Google and others', '169.254.169.254'),
  metadata('task credentials of Amazon ECS', '169.254.170.2'),
  metadata('pod credentials of Amazon EKS', '169.254.170.23'),
  metadata('instance metadata of AWS, IPv6', 'fd00:ec2::254'),
  metadata('pod credentials of Amazon EKS, IPv6', 'fd00:ec2::23'),
  metadata('instance metadata of Google, IPv6', 'fd20:ce::254'),
  metadata('instance metadata of Alibaba Cloud', '100.100.100.200'),
  metadata('instance metadata of Oracle Cloud', '192.0.0.192'),
  // A public address by its number, but one that leads to the machine's own host.
  metadata("Azure's wire server", '168.63.129.16'),
];
