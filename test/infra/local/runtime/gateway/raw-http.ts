import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Lower-case names, values as sent, in order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/**
 * Sends bytes as they are, which `fetch` would normalise or refuse, and reads one answer.
 *
 * @param lines the request line and headers; the connection is closed after the answer
 */
export function rawRequest(url: string, lines: readonly string[], body: Buffer | string = ''): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
      socket.write(body);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => resolve(parsed(Buffer.concat(chunks).toString('latin1'))));
  });
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...headerLines] = text.slice(0, end).split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: headerLines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
    body: text.slice(end + 4),
  };
}
