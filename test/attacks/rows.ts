import { addressOf, boundsOf, formsOf, metadataAddresses, ranges } from './ranges.ts';

/** An address that a name leads to, under some configuration, and that nobody may be led to under it. */
export interface AddressRow {
  readonly name: string;
  readonly address: string;
  /** What EGRESS_ALLOW says, besides the host that is asked for; absent: nothing, not even the host. */
  readonly besides?: string;
}

/** The first and the last address of every range, and metadata where everything else has been allowed. */
export const addressRows: readonly AddressRow[] = [
  ...ranges.flatMap(([name, network]) => {
    const { first, last, isV6 } = boundsOf(network);
    return [...new Set([first, last])].map((number) => ({ name, address: addressOf(number, isV6) }));
  }),
  { name: 'a public address of one link', address: '2606:4700::1111%lo' },
  ...metadataAddresses.flatMap((metadata) =>
    formsOf(metadata)
      .filter((form) => !form.includes('%'))
      .map((address) => ({ name: 'metadata behind an entry', address, besides: '0.0.0.0/0,::/0' })),
  ),
];

/** How callers may write a host: that of the target, or something that some parser takes for it. */
export const spellings: readonly { readonly text: string; readonly stoppedBy: 'the rules' | 'the parser' }[] = [
  ...[
    '127.0.0.1',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7F.0.0.1',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127｡0｡0｡1',
    '%31%32%37.0.0.1',
    '0.0.0.0',
    '0',
    'localhost',
    'LocalHost.',
    'ⓛocalhost',
    'inside.test',
    'ınside.test',
    'inside.test.',
    'storage.test.inside.test',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::FFFF:7F00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '169.254.169.254',
    '0xA9FEA9FE',
    '2852039166',
    '169.254.43518',
    '168.63.129.16',
  ].map((text) => ({ text, stoppedBy: 'the rules' }) as const),
  ...[
    'storage.test@127.0.0.1',
    'storage.test:443@127.0.0.1',
    'storage.test%40127.0.0.1',
    '127.0.0.1#@storage.test',
    'storage.test?@127.0.0.1',
    'storage.test#.inside.test',
    'storage.test\\@127.0.0.1',
    '127.0.0.1\\.storage.test',
    'storage.test\r\nHost: 127.0.0.1',
    'storage.test\t.inside.test',
    'storage.test 127.0.0.1',
    '[::1%25lo]',
    '[::1%lo]',
    '[::1',
    '127.0.0.1:443:80',
    '256.0.0.1',
    '0x7f.1.1.1.1',
    '',
  ].map((text) => ({ text, stoppedBy: 'the parser' }) as const),
];
