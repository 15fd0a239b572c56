import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertFree, portFrom } from '../../../infra/local/port.ts';

describe('PORT', () => {
  it.each([
    [undefined, 3000],
    ['', 3000],
    ['0', 0],
    ['8080', 8080],
    ['65535', 65_535],
  ])('%j is %i', (value, port) => {
    expect(portFrom(value)).toBe(port);
  });

  it.each(['65536', '-1', '3000x', ' 80', '1e3', '0x50', '999999999999'])('%j is refused in one line', (value) => {
    expect(() => portFrom(value)).toThrow(/^PORT=.* is not a port: [^\n]*$/);
  });

  it('that is taken is refused, that is free is not, and stays free', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(assertFree(port)).rejects.toThrow(
      `Port ${port} is taken. Choose another with PORT, or any free one with PORT=0.`,
    );
    await new Promise((resolve) => server.close(resolve));
    await assertFree(port);
    await assertFree(port);
  });
});
