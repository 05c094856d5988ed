import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

import {
  type ProxyFault,
  proxyFaultOf,
  type ProxyFaultShare,
  type ProxyStep,
  proxySteps,
} from './fault-proxy-script.ts';

export type { ProxyFault, ProxyFaultShare } from './fault-proxy-script.ts';

export interface FaultProxyOptions {
  /** Where connections lead: the server's URL; its path is ignored. */
  readonly target: string;
  /** Decides which connections meet a fault. Default 1. */
  readonly seed?: number;
  /** What the first connections meet, in order of arrival; `null`: nothing. */
  readonly script?: readonly (ProxyFault | null)[];
  /** Faults of later connections; the first that strikes is met. */
  readonly faults?: readonly ProxyFaultShare[];
  /** The port; default 0, any free one. */
  readonly port?: number;
}

/** What became of one connection. */
export interface ProxyConnection {
  /** Counted from 0, in order of arrival. */
  readonly connection: number;
  readonly fault: ProxyFault | null;
  /** Bytes that the client sent. */
  bytesUp: number;
  /** Bytes that the client was sent. */
  bytesDown: number;
  /** Who ended it; `null` while it is open. */
  endedBy: 'client' | 'server' | 'fault' | null;
}

/** A running fault proxy. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** What an OpenAI client takes as base URL. */
  readonly openaiBaseURL: string;
  /** What an Anthropic client takes as base URL. */
  readonly anthropicBaseURL: string;
  readonly connections: readonly ProxyConnection[];
  /** Ends all connections, as a network that goes away does. */
  readonly dropAll: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Starts a TCP proxy on 127.0.0.1 between a client and a server, which breaks connections by a script.
 *
 * It knows nothing of HTTP: a fault strikes a connection, whatever number of calls that carries. Equal seeds give equal
 * faults to connections of equal number.
 *
 * @example
 * await using server = await startFakeProvider();
 * await using proxy = await startFaultProxy({ target: server.url, faults: [{ fault: { kind: 'reset', atByte: 40 }, share: 0.1 }] });
 * const model = openai('gpt-4o', { baseURL: proxy.openaiBaseURL, apiKey: 'any' });
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, seed = 1, script = [], faults = [], port = 0 } = options;
  const { hostname, port: targetPort } = new URL(target);
  const connections: ProxyConnection[] = [];
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // Connections break here on purpose: what either side thinks of it is its own affair.
    socket.on('error', () => undefined);
    return socket.setNoDelay(true);
  };
  const server = createServer((client) => {
    const fault = proxyFaultOf(connections.length, { seed, script, faults });
    const seen: ProxyConnection = { connection: connections.length, fault, bytesUp: 0, bytesDown: 0, endedBy: null };
    connections.push(seen);
    keep(client);
    if (fault?.kind === 'half-open') {
      client.on('data', (bytes: Buffer) => (seen.bytesUp += bytes.length));
      client.once('close', () => (seen.endedBy ??= 'client'));
      return;
    }
    relay(client, keep(connect({ host: hostname, port: Number(targetPort) })), seen);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dropAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      dropAll();
    });
  return {
    url,
    openaiBaseURL: `${url}/v1`,
    anthropicBaseURL: url,
    connections,
    dropAll,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Carries bytes both ways until one side ends, or the fault does. */
function relay(client: Socket, upstream: Socket, seen: ProxyConnection): void {
  let offset = 0;
  let sending = Promise.resolve();
  let answer: Buffer[] = [];
  let repeat: NodeJS.Timeout | undefined;
  let done = false;
  const end = (by: ProxyConnection['endedBy'], how: (socket: Socket) => void): void => {
    if (done) return;
    done = true;
    clearTimeout(repeat);
    seen.endedBy = by;
    how(client);
    upstream.destroy();
  };
  const take = async (step: ProxyStep): Promise<void> => {
    if (done) return;
    if (step.kind === 'bytes') {
      if (step.afterMs > 0) await new Promise((resolve) => setTimeout(resolve, step.afterMs));
      if (client.destroyed) return;
      seen.bytesDown += step.bytes.length;
      if (!client.write(step.bytes))
        await new Promise((resolve) => client.once('drain', resolve).once('close', resolve));
    } else if (step.kind === 'end') end('fault', (socket) => socket.end());
    else if (step.kind === 'reset') end('fault', (socket) => socket.resetAndDestroy());
    // Nothing more comes, and the client is left to find out.
    else done = true;
  };
  upstream.on('data', (bytes: Buffer) => {
    const steps = proxySteps(seen.fault, bytes, offset);
    offset += bytes.length;
    for (const step of steps) sending = sending.then(() => take(step));
    if (seen.fault?.kind !== 'duplicate') return;
    answer.push(bytes);
    clearTimeout(repeat);
    repeat = setTimeout(() => {
      const again = Buffer.concat(answer);
      answer = [];
      sending = sending.then(() => take({ kind: 'bytes', bytes: again, afterMs: 0 }));
    }, seen.fault.afterMs);
  });
  client.on('data', (bytes: Buffer) => {
    seen.bytesUp += bytes.length;
    upstream.write(bytes);
  });
  upstream.once('close', () => {
    void sending.then(() => end('server', (socket) => socket.end()));
  });
  client.once('close', () => {
    seen.endedBy ??= 'client';
    done = true;
    clearTimeout(repeat);
    upstream.destroy();
  });
}
