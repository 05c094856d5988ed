import {
  Agent as HttpAgent,
  type AgentOptions,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

import { isLoopback } from './key-hosts.ts';
import { buffered, streamed, transportError } from './reply-body.ts';
import { isDispatched, proxySettings } from './proxy.ts';

/** The part of `fetch` that the SDKs use. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ThinFetchOptions {
  /** Longest time until the connection stands, TLS included, in milliseconds. Default 10,000. */
  connectMs?: number;
  /** Longest time until the response begins, in milliseconds. Default 120,000. */
  headersMs?: number;
  /** Longest silence inside a body, in milliseconds. Default 60,000. */
  idleMs?: number;
}

/**
 * A `fetch` for many small JSON calls: `node:http` with connections kept alive, a quarter less CPU per call than the global one.
 *
 * It follows no redirect, so that a key stays with the host it was meant for. A JSON reply is read whole and stopped at
 * 8 MiB, unpacked; server-sent events are streamed under the same limit; what was asked for as something else than JSON (a
 * file of results) is streamed without one. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are heeded, loopback is always reached
 * directly, and certificates are trusted as Node is told (NODE_EXTRA_CA_CERTS, --use-system-ca). Where somebody set a
 * dispatcher of their own for the global `fetch`, or this Node knows no proxies, the global `fetch` does the call.
 *
 * Errors carry `code`: CONNECT_TIMEOUT, HEADERS_TIMEOUT, IDLE_TIMEOUT, REPLY_TOO_LARGE, TRUNCATED_REPLY, or the system's.
 *
 * @example
 * const client = new OpenAI({ fetch: thinFetch() });
 */
export function thinFetch(options: ThinFetchOptions = {}): Fetch {
  const direct = { keepAlive: true, maxFreeSockets: 1024 };
  const proxies = proxySettings(process.env);
  const toProvider: AgentOptions = proxies.env === undefined ? direct : { ...direct, proxyEnv: proxies.env };
  const agents = {
    http: new HttpAgent(toProvider),
    https: new HttpsAgent(toProvider),
    localHttp: new HttpAgent(direct),
    localHttps: new HttpsAgent(direct),
  };
  return (input, init = {}) => {
    if (input instanceof Request) return fetch(input, init);
    const url = new URL(input);
    const local = isLoopback(url.hostname);
    if (isDispatched() || (proxies.unsupported && !local)) return fetch(input, init);
    const secure = url.protocol === 'https:';
    const agent = secure ? (local ? agents.localHttps : agents.https) : local ? agents.localHttp : agents.http;
    const { body } = init;
    if (body == null || typeof body === 'string') return send(url, agent, init, body ?? undefined, options);
    // A form or a file: the platform knows how it is written and under which content type.
    const packed = new Response(body);
    const type = packed.headers.get('content-type');
    return packed.arrayBuffer().then((bytes) => {
      const headers = new Headers(init.headers);
      if (type !== null) headers.set('content-type', type);
      return send(url, agent, { ...init, headers }, new Uint8Array(bytes), options);
    });
  };
}

function send(
  url: URL,
  agent: HttpAgent,
  init: RequestInit,
  body: string | Uint8Array | undefined,
  { connectMs = 10_000, headersMs = 120_000, idleMs = 60_000 }: ThinFetchOptions,
): Promise<Response> {
  const headers = Object.fromEntries(init.headers instanceof Headers ? init.headers : new Headers(init.headers));
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  const { method = 'GET', signal } = init;
  const settings = { method, headers, agent, ...(signal ? { signal } : {}) };
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const call = (secure ? httpsRequest : httpRequest)(url, settings);
    const waiting = setTimeout(() => call.destroy(transportError('HEADERS_TIMEOUT')), headersMs);
    call.once('close', () => clearTimeout(waiting));
    call.once('response', (incoming) => {
      clearTimeout(waiting);
      const silence = setTimeout(() => incoming.destroy(transportError('IDLE_TIMEOUT')), idleMs);
      incoming.once('close', () => clearTimeout(silence));
      const heard = (): void => void silence.refresh();
      if (isStreamed(headers['accept'], incoming))
        resolve(streamed(incoming, url, heard, !wantsJson(headers['accept'])));
      else buffered(incoming, url, heard).then(resolve, reject);
    });
    limitConnect(call, secure ? 'secureConnect' : 'connect', connectMs);
    call.on('error', reject).end(body);
  });
}

function isStreamed(accept: string | undefined, incoming: IncomingMessage): boolean {
  return !wantsJson(accept) || /^text\/event-stream/i.test(incoming.headers['content-type'] ?? '');
}

function wantsJson(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('json') || accept.includes('*/*');
}

function limitConnect(call: ClientRequest, connected: 'connect' | 'secureConnect', ms: number): void {
  call.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => call.destroy(transportError('CONNECT_TIMEOUT')), ms);
    const stop = (): void => clearTimeout(timer);
    socket.once(connected, stop);
    call.once('close', stop);
  });
}
