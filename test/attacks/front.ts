import { newCertificate } from '../../infra/local/storage/certificate.ts';
import { type CannedAnswer, type HostileServer, hostileServer } from '../conformance/storage/hostile.ts';
import { certificateNames } from './attacked.ts';

export const identity = newCertificate(certificateNames);

const token: CannedAnswer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ access_token: 'attacked-token', expires_in: 3600, token_type: 'Bearer' }),
};

/** A server with a certificate for every storage there is, which is trusted; it answers as it is told at the time. */
export interface Front extends HostileServer {
  answer: (head: string) => CannedAnswer;
}

export async function startFront(): Promise<Front> {
  const answers = { answer: (_head: string): CannedAnswer => ({ status: 400 }) };
  const server = await hostileServer((connection) => {
    connection.once('data', (chunk: Buffer) => {
      const { status, headers = {}, body = '' } = answers.answer(chunk.toString('latin1'));
      const fields = Object.entries({
        ...headers,
        'content-length': `${Buffer.byteLength(body)}`,
        connection: 'close',
      });
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
      connection.end(`HTTP/1.1 ${status} Canned\r\n${lines.join('')}\r\n${body}`);
    });
  }, identity);
  return Object.assign(answers, server);
}

/** Gives Google's tokens, and else answers so. */
export const afterToken =
  (answer: CannedAnswer) =>
  (head: string): CannedAnswer =>
    head.startsWith('POST /token ') ? token : answer;
