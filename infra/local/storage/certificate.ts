import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { TlsIdentity } from './loopback-server.ts';

/**
 * Makes a certificate for TLS on this machine: its own issuer, so that whoever trusts it (`ca`, NODE_EXTRA_CA_CERTS)
 * can verify it, with a new P-256 key. Node makes keys and signatures, but no certificates; the few structures of X.509
 * (RFC 5280) that one needs are written here.
 *
 * @param names host names, wildcards such as `*.example.test`, and IPv4 addresses it is good for
 * @param days how long it is valid, from an hour ago on
 */
export function newCertificate(names: readonly string[], days = 365): TlsIdentity {
  const key = newKey();
  const name = newName();
  const cert = certificate({ subject: name, issuer: name, key, signedBy: key, extensions: [ca, sites(names)], days });
  return { key: pemOf(key.privateKey), cert };
}

/** Who issues certificates for names that are not known from the start. */
export interface Authority {
  /** What to trust, in PEM: some 600 characters. */
  readonly cert: string;
  /** A new certificate for these names. */
  issue(names: readonly string[]): TlsIdentity;
}

/** @param days how long it and what it issues is valid */
export function newAuthority(days = 365): Authority {
  const own = newKey();
  const issuer = newName();
  return {
    cert: certificate({ subject: issuer, issuer, key: own, signedBy: own, extensions: [ca], days }),
    issue(names) {
      const key = newKey();
      const cert = certificate({ subject: newName(), issuer, key, signedBy: own, extensions: [sites(names)], days });
      return { key: pemOf(key.privateKey), cert };
    },
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const newKey = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => `${key.export({ type: 'pkcs8', format: 'pem' })}`;

/** An issuer is looked up by its name: two that are trusted together must not share one. */
const newName = (): Buffer => {
  const common = Buffer.from(`local storage ${randomBytes(16).toString('hex')}`);
  return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, common))));
};

/** In PEM. */
function certificate(of: {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly key: KeyPair;
  readonly signedBy: KeyPair;
  readonly extensions: readonly Buffer[];
  readonly days: number;
}): string {
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = 0x40 | ((serial[0] ?? 0) & 0x3f);
  const unsigned = der(
    SEQUENCE,
    der(EXPLICIT_0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    ECDSA_WITH_SHA256,
    of.issuer,
    der(SEQUENCE, time(new Date(now - 3_600_000)), time(new Date(now + of.days * 86_400_000))),
    of.subject,
    of.key.publicKey.export({ type: 'spki', format: 'der' }),
    der(EXPLICIT_3, der(SEQUENCE, ...of.extensions)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', unsigned, of.signedBy.privateKey)]);
  const whole = der(SEQUENCE, unsigned, ECDSA_WITH_SHA256, der(BIT_STRING, signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

// Tags of ASN.1 (ITU-T X.690, 8.1.2).
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const EXPLICIT_0 = 0xa0;
const EXPLICIT_3 = 0xa3;

const TRUE = Buffer.from([0xff]);

// Object identifiers, encoded with their tag and length.
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

function extension(identifier: Buffer, value: Buffer): Buffer {
  return der(SEQUENCE, identifier, der(OCTET_STRING, value));
}

const ca = extension(BASIC_CONSTRAINTS, der(SEQUENCE, der(BOOLEAN, TRUE)));

/** The names that a certificate is good for. */
const sites = (names: readonly string[]): Buffer =>
  extension(SUBJECT_ALT_NAME, der(SEQUENCE, ...names.map(generalName)));

function generalName(name: string): Buffer {
  if (isIPv4(name)) return der(IP_ADDRESS, Buffer.from(name.split('.').map(Number)));
  return der(DNS_NAME, Buffer.from(name));
}

/** Times up to 2049 have two digits for the year, later ones four (RFC 5280, 4.1.2.5). */
function time(date: Date): Buffer {
  const text = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(text.slice(2)))
    : der(GENERALIZED_TIME, Buffer.from(text));
}
