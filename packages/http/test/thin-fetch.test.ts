import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { afterEach, expect, test, vi } from 'vitest';

import { thinFetch } from '../src/index.ts';

let server: Server | undefined;
let sockets = 0;
const serve = async (
  answer: (response: ServerResponse, body: string, incoming: IncomingMessage) => void,
): Promise<string> => {
  sockets = 0;
  server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
    incoming.on('end', () => answer(response, body, incoming));
  });
  server.on('connection', () => (sockets += 1));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  vi.unstubAllEnvs();
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
  const brotli = brotliCompressSync('{"a":2}');
  const other = await serve((response) => response.writeHead(200, { 'content-encoding': 'br' }).end(brotli));
  expect(await (await thinFetch()(other)).json()).toEqual({ a: 2 });
  server?.close();
  const empty = await serve((response) => response.writeHead(204).end());
  expect((await thinFetch()(empty)).status).toBe(204);
});

test('R2: it stops at 8 MiB, also when few bytes unpack to more', async () => {
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

test('A9: it follows no redirect', async () => {
  const url = await serve((response) => response.writeHead(307, { location: 'http://evil.test/' }).end());
  expect((await thinFetch()(url)).status).toBe(307);
});

test('N1: a connection that is never made is given up', async () => {
  const silent = createTcpServer(); // accepts, and never speaks TLS
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await expect(thinFetch({ connectMs: 30 })(url)).rejects.toThrow('timed out');
  silent.close();
});

test('N1: a response that never begins, and a body that stops, are given up', async () => {
  const url = await serve(() => {});
  await expect(thinFetch({ headersMs: 30 })(url)).rejects.toMatchObject({ code: 'HEADERS_TIMEOUT' });
  server?.closeAllConnections();
  server?.close();
  const halting = await serve((response) => void response.writeHead(200, { 'content-length': 9 }).write('half'));
  await expect(thinFetch({ idleMs: 30 })(halting)).rejects.toMatchObject({ code: 'IDLE_TIMEOUT' });
});

test('an abort ends a call before and inside its body, with the connection', async () => {
  for (const answer of [() => {}, (response: ServerResponse) => void response.writeHead(200).write('half')]) {
    const url = await serve(answer);
    const stop = new AbortController();
    const call = thinFetch()(url, { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(call).rejects.toThrow(/abort/i);
    server?.closeAllConnections();
    server?.close();
  }
});

test('server-sent events come while they are sent, and stop at 8 MiB', async () => {
  const url = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    setTimeout(() => response.end('data: 2\n\n'), 20);
  });
  const events: string[] = [];
  for await (const chunk of (await thinFetch()(url)).body ?? []) events.push(Buffer.from(chunk).toString().trim());
  expect(events).toEqual(['data: 1', 'data: 2']);
  server?.close();
  const endless = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(Buffer.alloc(9 * 1024 * 1024, 0x20));
  });
  await expect((await thinFetch()(endless)).text()).rejects.toMatchObject({ code: 'REPLY_TOO_LARGE' });
});

test('a file that was asked for as one may be larger, and comes unpacked', async () => {
  const file = Buffer.alloc(9 * 1024 * 1024, 0x61);
  const url = await serve((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(file)));
  const response = await thinFetch()(url, { headers: { accept: 'application/binary' } });
  expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true);
});

test('a form is written as the platform writes it', async () => {
  const url = await serve((response, body, incoming) =>
    response.end(`${incoming.headers['content-type'] ?? ''}\n${body}`),
  );
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new Blob(['{}']), 'requests.jsonl');
  const text = await (await thinFetch()(url, { method: 'POST', body: form })).text();
  expect(text).toMatch(/^multipart\/form-data; boundary=/);
  expect(text).toContain('name="file"; filename="requests.jsonl"');
});

test('a proxy of the environment is asked for what is not on this machine', async () => {
  const url = await serve((response, _, incoming) => response.end(incoming.url));
  vi.stubEnv('HTTP_PROXY', url);
  vi.stubEnv('NO_PROXY', 'direct.example');
  const thin = thinFetch();
  expect(await (await thin('http://provider.example/v1/responses')).text()).toBe(
    'http://provider.example/v1/responses',
  );
  expect(await (await thin(url)).text()).toBe('/');
  await expect(thin('http://direct.example.invalid/')).resolves.toMatchObject({ status: 200 });
});

test('a dispatcher that somebody gave the global fetch is not passed by', async () => {
  const key = Symbol.for('undici.globalDispatcher.1');
  const before: unknown = Reflect.get(globalThis, key);
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('from the global fetch'));
  Reflect.set(globalThis, key, new EventEmitter()); // anything that is no plain Agent
  try {
    expect(await (await thinFetch()('http://127.0.0.1:1/')).text()).toBe('from the global fetch');
  } finally {
    Reflect.set(globalThis, key, before);
    fetched.mockRestore();
  }
});
