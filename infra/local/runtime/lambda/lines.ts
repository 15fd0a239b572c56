import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** CloudWatch Logs cuts an event at 256 KiB; here a line is cut so that output without an end cannot fill memory. */
const longestLine = 256 * 1024;

/** Hands on what a stream says line by line, without the line ends; a last line without one too. Empty lines are dropped. */
export function eachLine(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const tell = (line: string): void => {
    if (line !== '') onLine(line);
  };
  stream.on('data', (chunk: Buffer | string) => {
    rest += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) tell(line);
    if (rest.length > longestLine) {
      tell(rest);
      rest = '';
    }
  });
  stream.on('end', () => tell(rest + decoder.end()));
}
