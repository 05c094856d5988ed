import type { ServerResponse } from 'node:http';

import type { FakeScenario } from './fake-scenario.ts';

const json = { 'content-type': 'application/json' };

/** How a reply breaks on its way; what is not named here arrives whole. */
const breaks: { readonly [scenario in FakeScenario]?: (response: ServerResponse, body: string) => void } = {
  stall: () => {},
  reset: (response) => response.socket?.resetAndDestroy(),
  'stalled-body': (response, body) => begin(response, body).write(body.slice(0, body.length / 2)),
  truncated: (response, body) => begin(response, body).write(body.slice(0, body.length / 2), () => response.destroy()),
  'slow-body': (response, body) => {
    begin(response, body).write(body.slice(0, 10));
    setTimeout(() => response.end(body.slice(10)), 40);
  },
  garbage: (response, body) => response.writeHead(200, json).end(`{"choices":[{"mess${body.slice(0, 40)}`),
  html: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the proxy</html>'),
  empty: (response) => response.writeHead(200, json).end(),
  'wrong-shape': (response) => response.writeHead(200, json).end('{"ok":true,"answer":42}'),
  redirect: (response) => response.writeHead(307, { location: '/v1/elsewhere' }).end(),
};

/** Sends a reply whole, or breaks it on the way as the scenario says. */
export function sendReply(scenario: FakeScenario, response: ServerResponse, body: string): void {
  const broken = breaks[scenario];
  if (broken === undefined) begin(response, body).end(body);
  else broken(response, body);
}

/** Sends a reply as server-sent events, or breaks it on the way as the scenario says. */
export function sendEvents(scenario: FakeScenario, response: ServerResponse, events: string): void {
  const broken = breaks[scenario];
  if (broken === undefined) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
  else broken(response, events);
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...json, 'content-length': Buffer.byteLength(text) }).end(text);
}

function begin(response: ServerResponse, body: string): ServerResponse {
  return response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(body) });
}
