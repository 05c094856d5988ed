import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, expect, test } from 'vitest';

import { thinFetch } from '../src/index.ts';

let server: Server | undefined;
let sockets = 0;
const serve = async (answer: (response: ServerResponse, body: string) => void): Promise<string> => {
  sockets = 0;
  server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => answer(response, body));
  });
  server.on('connection', () => (sockets += 1));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test('it posts a body, gives status, headers and text, and keeps the connection', async () => {
  const url = await serve((response, body) => response.writeHead(201, { 'x-id': '7' }).end(`got ${body}`));
  const thin = thinFetch();
  for (const word of ['é', 'b']) {
    const response = await thin(url, { method: 'POST', body: word, headers: { 'content-type': 'text/plain' } });
    expect([response.status, response.headers.get('x-id'), response.url]).toEqual([201, '7', url]);
    expect(await response.text()).toBe(`got ${word}`);
  }
  expect(sockets).toBe(1);
});

test('it unpacks a compressed body, and a body-less status has none', async () => {
  const packed = gzipSync('{"a":1}');
  const url = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
  expect(await (await thinFetch()(url)).json()).toEqual({ a: 1 });
  server?.close();
  const empty = await serve((response) => response.writeHead(204).end());
  expect((await thinFetch()(empty)).status).toBe(204);
});

test('it stops at 8 MiB, also when few bytes unpack to more', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  const url = await serve((response) => {
    const more = (): void => {
      while (response.writable && response.write(chunk));
    };
    response.on('drain', more).on('error', () => {});
    more();
  });
  await expect(thinFetch()(url)).rejects.toMatchObject({ code: 'REPLY_TOO_LARGE' });
  server?.closeAllConnections();
  server?.close();
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const packed = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  await expect(thinFetch()(packed)).rejects.toMatchObject({ code: 'REPLY_TOO_LARGE' });
});

test('it tells a body that broke off from a connection that never was', async () => {
  const url = await serve((response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
  });
  await expect(thinFetch()(url)).rejects.toMatchObject({ code: 'TRUNCATED_REPLY' });
  const chunked = await serve((response) => void response.writeHead(200).write('half', () => response.destroy()));
  await expect(thinFetch()(chunked)).rejects.toMatchObject({ code: 'TRUNCATED_REPLY' });
});

test('it follows no redirect', async () => {
  const url = await serve((response) => response.writeHead(307, { location: 'http://evil.test/' }).end());
  expect((await thinFetch()(url)).status).toBe(307);
});

test('a connection that is never made is given up', async () => {
  const silent = createTcpServer(); // accepts, and never speaks TLS
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await expect(thinFetch({ connectMs: 30 })(url)).rejects.toThrow('timed out');
  silent.close();
});
