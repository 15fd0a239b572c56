import { X509Certificate } from 'node:crypto';

/** One block of PEM, its label and what is in it (RFC 7468). Text outside blocks is commentary. */
const block = /-----BEGIN ([^-\n]+)-----(?:(?!-----)[\s\S])*-----END \1-----/g;

/**
 * Reads certificate authorities out of a variable of the configuration: certificates in PEM, one after the other,
 * with whatever bundles have between them. A value in one line, with `\n` for its line ends as JSON and many shells
 * write them, is read too.
 *
 * @throws Error naming the variable and what about it cannot be read, without repeating it
 */
export function readAuthorities(variable: string, text = ''): readonly string[] {
  const pem = text.replaceAll('\\r', '').replaceAll('\\n', '\n').replaceAll('\r', '');
  if (pem.trim() === '') return [];
  const blocks = [...pem.matchAll(block)];
  const begun = pem.match(/-----BEGIN/g)?.length ?? 0;
  if (begun === 0) throw new Error(`${variable}: there is no certificate in PEM in it.`);
  if (blocks.length !== begun) throw new Error(`${variable}: a certificate has no end.`);
  return blocks.map(([certificate, label], at) => {
    // A private key in a trust bundle is a mistake that somebody wants to hear of.
    if (label !== 'CERTIFICATE') throw new Error(`${variable}: block ${at + 1} is not a certificate.`);
    try {
      new X509Certificate(certificate);
    } catch {
      throw new Error(`${variable}: certificate ${at + 1} cannot be read.`);
    }
    return certificate;
  });
}
