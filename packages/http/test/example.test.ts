import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { faults } from '@assize/core';
import { expect, test } from 'vitest';

import { plainText } from '../examples/adapter.ts';

test('the example answers, and its failures are faults', async () => {
  const statuses = [200, 529];
  const server = createServer((incoming, response) => {
    response.writeHead(statuses.shift() ?? 500);
    incoming.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model = plainText(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { signal } = new AbortController();
  const request = { messages: [{ role: 'user' as const, content: 'echo' }] };
  expect(await model.generate(request, { signal })).toEqual({ text: 'echo', stop: 'done' });
  await expect(model.generate(request, { signal })).rejects.toMatchObject({ code: faults.overloaded.code });
  server.closeAllConnections();
  server.close();
});
