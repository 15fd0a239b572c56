/**
 * Every range of addresses that no caller may lead the service to, as its registry has it: IANA's special-purpose
 * registries, the parts of IPv6 that nobody has been given, and what clouds serve at addresses of their own. Written
 * without a look at the rules, which are tried on it.
 */
export const ranges: readonly (readonly [name: string, network: string])[] = [
  ['this network', '0.0.0.0/8'],
  ['private 10/8', '10.0.0.0/8'],
  ['carrier-grade NAT', '100.64.0.0/10'],
  ['loopback', '127.0.0.0/8'],
  ['link-local', '169.254.0.0/16'],
  ['private 172.16/12', '172.16.0.0/12'],
  ['protocol assignments', '192.0.0.0/24'],
  ['documentation 1', '192.0.2.0/24'],
  ['AS112', '192.31.196.0/24'],
  ['AMT', '192.52.193.0/24'],
  ['6to4 relays', '192.88.99.0/24'],
  ['private 192.168/16', '192.168.0.0/16'],
  ['AS112, direct', '192.175.48.0/24'],
  ['benchmarking', '198.18.0.0/15'],
  ['documentation 2', '198.51.100.0/24'],
  ['documentation 3', '203.0.113.0/24'],
  ['multicast', '224.0.0.0/4'],
  ['reserved', '240.0.0.0/4'],
  ['broadcast', '255.255.255.255/32'],
  ["Azure's wire server", '168.63.129.16/32'],

  ['unspecified', '::/128'],
  ['IPv6 loopback', '::1/128'],
  ['IPv4-compatible', '::/96'],
  ['IPv4-translated', '::ffff:0:0:0/96'],
  ['NAT64 for local use', '64:ff9b:1::/48'],
  ['discard', '100::/64'],
  ['dummy', '100:0:0:1::/64'],
  ['unassigned 200::/7', '200::/7'],
  ['unassigned 400::/6', '400::/6'],
  ['unassigned 800::/5', '800::/5'],
  ['unassigned 1000::/4', '1000::/4'],
  ['Teredo', '2001::/32'],
  ['IPv6 benchmarking', '2001:2::/48'],
  ['IPv6 AMT', '2001:3::/32'],
  ['IPv6 AS112', '2001:4:112::/48'],
  ['deprecated ORCHID', '2001:10::/28'],
  ['ORCHIDv2', '2001:20::/28'],
  ['drone identifiers', '2001:30::/28'],
  ['IETF protocol assignments', '2001::/23'],
  ['IPv6 documentation', '2001:db8::/32'],
  ['6to4 of a public address', '2002:101:101::/48'],
  ['6to4 of a private address', '2002:a00::/24'],
  ['6to4', '2002::/16'],
  ['IPv6 AS112, direct', '2620:4f:8000::/48'],
  ['IPv6 documentation, larger', '3fff::/20'],
  ['unassigned 4000::/3', '4000::/3'],
  ['segment routing', '5f00::/16'],
  ['unassigned 6000::/3', '6000::/3'],
  ['unassigned 8000::/3', '8000::/3'],
  ['unassigned a000::/3', 'a000::/3'],
  ['unassigned c000::/3', 'c000::/3'],
  ['unassigned e000::/4', 'e000::/4'],
  ['unassigned f000::/5', 'f000::/5'],
  ['unassigned f800::/6', 'f800::/6'],
  ['unique local', 'fc00::/7'],
  ['unassigned fe00::/9', 'fe00::/9'],
  ['IPv6 link-local', 'fe80::/10'],
  ['site-local', 'fec0::/10'],
  ['IPv6 multicast', 'ff00::/8'],
  ['ISATAP', '2606:4700::5efe:0:0/96'],
  ['ISATAP with a global address', '2606:4700::200:5efe:0:0/96'],

  // Forms that lead to an IPv4 address; whatever that is not for, they are not for either.
  ['mapped loopback', '::ffff:127.0.0.0/104'],
  ['mapped private', '::ffff:10.0.0.0/104'],
  ['mapped link-local', '::ffff:169.254.0.0/112'],
  ['NAT64 of loopback', '64:ff9b::127.0.0.0/104'],
  ['NAT64 of private', '64:ff9b::192.168.0.0/112'],
];

/** The first and the last address of a network, as numbers, and whether it is one of IPv6. */
export function boundsOf(network: string): { readonly first: bigint; readonly last: bigint; readonly isV6: boolean } {
  const [address = '', bits = ''] = network.split('/');
  const isV6 = address.includes(':');
  const rest = 2n ** BigInt((isV6 ? 128 : 32) - Number(bits));
  const first = isV6 ? numberOfV6(address) : numberOfV4(address);
  return { first, last: first + rest - 1n, isV6 };
}

/** An address in the longest form that there is, without a `::`. */
export function addressOf(number: bigint, isV6: boolean): string {
  const [parts, size, separator, base] = isV6 ? ([8, 16n, ':', 16] as const) : ([4, 8n, '.', 10] as const);
  return Array.from({ length: parts }, (_, at) => (number >> (BigInt(parts - 1 - at) * size)) % 2n ** size)
    .map((part) => part.toString(base))
    .join(separator);
}

const numberOfV4 = (text: string): bigint => text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);

function numberOfV6(text: string): bigint {
  // Node's URL parser knows every notation, and writes groups in hexadecimal only.
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
}

/** Addresses at which clouds serve credentials or configuration: no entry but their own opens them. */
export const metadataAddresses: readonly string[] = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
];

/** An IPv4 address in the forms of IPv6 that lead to it; of IPv6, the address itself. */
export function formsOf(address: string): readonly string[] {
  if (address.includes(':')) return [address];
  const number = numberOfV4(address);
  const halves = `${(number >> 16n).toString(16)}:${(number % 65_536n).toString(16)}`;
  return [
    address,
    `::ffff:${address}`,
    `::ffff:${halves}`,
    `0:0:0:0:0:FFFF:${halves.toUpperCase()}`,
    `64:ff9b::${address}`,
    `64:ff9b::${halves}`,
    `2002:${halves}::1`,
    `::ffff:${address}%eth0`,
  ];
}
