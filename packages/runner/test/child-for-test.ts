import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type AssizeError, fingerprint, modelRequestSchema } from '@assize/core';
import { onTestFinished } from 'vitest';

import type { RunLedger } from '../src/index.ts';
import { replyFor } from './rater-for-test.ts';

/** What a child prints when it ends by itself. */
export interface ChildEnd {
  readonly reason?: string;
  readonly fault?: AssizeError;
  readonly message?: string;
  readonly refused?: string;
  readonly ledger: RunLedger;
  readonly digest: string;
}

export interface ChildResult {
  /** One for each run that ended by itself. */
  readonly ends: ChildEnd[];
  readonly end: ChildEnd | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

/** A server that answers by what is asked alone, and counts how often each question was answered. */
export async function serverForTest(
  latencyMs: number,
): Promise<{ url: string; answered: Map<string, number>; inFlight: () => number }> {
  const answered = new Map<string, number>();
  let inFlight = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      inFlight += 1;
      setTimeout(() => {
        inFlight -= 1;
        const { request: asked, sample } = JSON.parse(body) as { request: unknown; sample: number };
        const key = fingerprint([asked, sample]);
        answered.set(key, (answered.get(key) ?? 0) + 1);
        response.end(JSON.stringify(replyFor('fake:one', modelRequestSchema.parse(asked), sample)));
      }, latencyMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, answered, inFlight: () => inFlight };
}

/** Starts `run-in-child.ts`, by way of another command where one is given (`prlimit --fsize=…`). */
export function startChild(
  settings: Record<string, string | number>,
  by: readonly string[] = [],
): {
  child: ChildProcess;
  started: Promise<void>;
  /** Settles when the child has heard that it is to drain. */
  draining: Promise<void>;
  ended: Promise<ChildResult>;
} {
  const file = fileURLToPath(new URL('run-in-child.ts', import.meta.url));
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [command = '', ...rest] = [...by, process.execPath, '--conditions=@assize/source', file, ...options];
  // Half of a child's start is reading its TypeScript, which is the same for all of them.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'assize-runner-compile-cache') };
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const told = async (word: string): Promise<void> =>
    new Promise((resolve) => {
      child.stderr.on('data', () => {
        if (errors.includes(word)) resolve();
      });
      child.on('close', () => resolve());
    });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [started, draining] = [told('started'), told('draining')];
  const ended = new Promise<ChildResult>((resolve) => {
    child.on('close', (code, signal) => {
      const ends = output
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ChildEnd);
      resolve({ ends, end: ends.at(-1), code, signal, errors });
    });
  });
  return { child, started, draining, ended };
}
