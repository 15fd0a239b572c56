import { createServer } from 'node:net';
import { refuse } from './template/start-refused.ts';

/**
 * The port to serve at: what `PORT` says, 3000 when it says nothing, 0 for any free one.
 *
 * @throws StartRefused for anything but a whole number from 0 to 65535
 */
export function portFrom(value: string | undefined): number {
  if (value === undefined || value === '') return 3000;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return port <= 65_535
    ? port
    : refuse(`PORT=${value} is not a port: it is a number from 0 to 65535 (0: any free one).`);
}

/**
 * Finds out before the slow part of the start whether the port can be had.
 *
 * @throws StartRefused when it is taken
 */
export async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    refusePort(port, error);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/**
 * Says in one line why a port cannot be listened on.
 *
 * @throws StartRefused for a port that is taken or not allowed; any other error as it is
 */
export function refusePort(port: number, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') refuse(`Port ${port} is taken. Choose another with PORT, or any free one with PORT=0.`);
  if (code === 'EACCES') refuse(`Port ${port} is not allowed. Choose another with PORT, or any free one with PORT=0.`);
  throw error;
}
