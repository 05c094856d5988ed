import { expect, test } from 'vitest';

import { WholeReply } from '../src/whole-reply.ts';

const rawHeaders = [
  'Content-Type',
  'application/json',
  'Content-Encoding',
  'gzip',
  'X-Limit',
  '1',
  'x-limit',
  '2',
  'Set-Cookie',
  'a=1',
  'Set-Cookie',
  'b=2',
];
const reply = (text = '{"a":1}', status = 200): WholeReply =>
  new WholeReply({ status, statusText: 'OK', url: 'http://host/path', rawHeaders, bytes: Buffer.from(text) });

test('its headers are found in any case, several of a name are one, and it says nothing of a packing that is undone', () => {
  const { headers } = reply();
  expect(headers.get('CONTENT-TYPE')).toBe('application/json');
  expect(headers.get('x-limit')).toBe('1, 2');
  expect(headers.has('content-encoding')).toBe(false);
  expect(headers.get('missing')).toBeNull();
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(() => headers.set('a', 'b')).toThrow(TypeError);
});

test('they can be read as those of the platform are', () => {
  const { headers } = reply();
  const all = { 'content-type': 'application/json', 'x-limit': '1, 2', 'set-cookie': 'a=1, b=2' };
  const seen: Record<string, string> = {};
  headers.forEach((value, name) => (seen[name] = value));
  expect(seen).toEqual(all);
  expect(Object.fromEntries(headers)).toEqual(all);
  expect(new Headers(headers).get('x-limit')).toBe('1, 2');
});

test('its body can be read once, in any form', async () => {
  expect(await reply().text()).toBe('{"a":1}');
  expect(await reply().json()).toEqual({ a: 1 });
  expect(Buffer.from(await reply().arrayBuffer()).toString()).toBe('{"a":1}');
  expect(await (await reply().blob()).text()).toBe('{"a":1}');
  const streamed = reply();
  expect(await new Response(streamed.body).text()).toBe('{"a":1}');
  expect(streamed.bodyUsed).toBe(true);
  const used = reply();
  await used.text();
  expect(used.bodyUsed).toBe(true);
  await expect(used.json()).rejects.toThrow(TypeError);
  expect(() => used.clone()).toThrow(TypeError);
});

test('a clone is read for itself', async () => {
  const first = reply();
  const second = first.clone();
  expect([await first.text(), await second.text()]).toEqual(['{"a":1}', '{"a":1}']);
});

test('it is ok from 200 to 299, and a status without a body has none', () => {
  expect([199, 200, 299, 300].map((status) => reply('', status).ok)).toEqual([false, true, true, false]);
  expect(reply('', 204).body).toBeNull();
});
