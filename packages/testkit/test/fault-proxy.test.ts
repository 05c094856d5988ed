import { expect, onTestFinished, test } from 'vitest';

import { startFakeProvider } from '../src/fake-provider.ts';
import { type FaultProxyOptions, startFaultProxy } from '../src/fault-proxy.ts';
import { proxyFaultOf } from '../src/fault-proxy-script.ts';

async function proxied(options: Omit<FaultProxyOptions, 'target'>) {
  const server = await startFakeProvider();
  const proxy = await startFaultProxy({ target: server.url, ...options });
  onTestFinished(async () => {
    await proxy.close();
    await server.close();
  });
  const ask = (timeoutMs = 5000): Promise<Response> =>
    fetch(`${proxy.openaiBaseURL}/chat/completions`, {
      method: 'POST',
      headers: { connection: 'close' },
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: '[[answer: four]]' }] }),
      signal: AbortSignal.timeout(timeoutMs),
    });
  const words = async (timeoutMs?: number): Promise<string | undefined> =>
    /"content":"(.*?)"/.exec(await (await ask(timeoutMs)).text())?.[1];
  return { server, proxy, ask, words };
}

test('without a fault, what is said arrives on both sides', async () => {
  const { proxy, words } = await proxied({});
  expect(await words()).toBe('four');
  expect(proxy.connections).toMatchObject([{ connection: 0, fault: null }]);
  expect(proxy.connections[0]?.bytesUp).toBeGreaterThan(50);
  expect(proxy.connections[0]?.bytesDown).toBeGreaterThan(300);
});

test('a delayed and a dripping answer arrive whole, later', async () => {
  const { words } = await proxied({
    script: [
      { kind: 'delay', ms: 40 },
      { kind: 'drip', bytes: 200, everyMs: 5 },
    ],
  });
  const began = performance.now();
  expect(await words()).toBe('four');
  expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  expect(await words()).toBe('four');
});

test.each(['cut', 'reset'] as const)('an answer that is %s half way never reads as one', async (kind) => {
  const { server, proxy, words } = await proxied({ script: [{ kind, atByte: 400 }] });
  await expect(words()).rejects.toThrow(/terminated|fetch failed|socket/);
  expect(proxy.connections[0]).toMatchObject({ bytesDown: 400, endedBy: 'fault' });
  expect(server.requests.answered).toMatchObject([{ billed: true }]);
  expect(await words()).toBe('four');
});

test.each([
  ['stall', { kind: 'stall', atByte: 400 }, 1],
  ['half-open', { kind: 'half-open' }, 0],
] as const)('a connection that is %s keeps the client waiting', async (_, fault, arrived) => {
  const { server, proxy, words } = await proxied({ script: [fault] });
  await expect(words(60)).rejects.toThrow(/timeout/);
  expect(server.requests.count).toBe(arrived);
  await expect.poll(() => proxy.connections[0]?.endedBy).toBe('client');
});

test('one bit of an answer is turned over', async () => {
  const plain = await proxied({});
  const body = await (await plain.ask()).text();
  const sent = plain.proxy.connections[0]?.bytesDown ?? 0;
  const at = Buffer.byteLength(body) - Buffer.from(body).indexOf('four');
  const { words } = await proxied({ script: [{ kind: 'corrupt', atByte: sent - at }] });
  expect(await words()).toBe('gour');
});

test('an answer is sent twice', async () => {
  const plain = await proxied({});
  await plain.ask().then((response) => response.text());
  const { proxy, server } = await proxied({ script: [{ kind: 'duplicate', afterMs: 5 }] });
  const { connect } = await import('node:net');
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
  const body = JSON.stringify({ model: 'any', messages: [{ role: 'user', content: '[[answer: four]]' }] });
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  await expect.poll(() => received.split('"four"').length - 1).toBe(2);
  expect(server.requests.count).toBe(1);
  socket.destroy();
});

test('which connections are struck depends on seed and number alone', () => {
  const faults = [
    { fault: { kind: 'reset', atByte: 0 }, share: 0.1 },
    { fault: { kind: 'half-open' }, share: 0.1 },
  ] as const;
  const drawn = (seed: number) =>
    Array.from({ length: 2000 }, (_, connection) => proxyFaultOf(connection, { seed, script: [], faults })?.kind);
  expect(drawn(3)).toEqual(drawn(3));
  expect(drawn(3)).not.toEqual(drawn(4));
  const resets = drawn(3).filter((kind) => kind === 'reset').length;
  expect(resets).toBeGreaterThan(140);
  expect(resets).toBeLessThan(260);
});
