import type { FakeScenario } from '@assize/testkit/fake-provider';
import type { ProxyFault } from '@assize/testkit/fault-proxy';

import { type FaultCase, hurt, type HurtOptions } from './fault-case.ts';

/** A share of calls meets a fault of the provider's that a retry heals. */
function share(
  name: string,
  scenarios: readonly FakeScenario[],
  part: number,
  says: readonly string[],
  rest: HurtOptions = {},
): FaultCase {
  return {
    name,
    promises: 'N1 N2 R1 R2',
    trials: { full: 50, quick: 1 },
    says,
    run: ({ number }) =>
      hurt({
        items: 200,
        ...rest,
        provider: {
          ...rest.provider,
          seed: number + 1,
          faults: scenarios.map((scenario) => ({ scenario, share: part / scenarios.length })),
        },
      }),
  };
}

/** A share of connections is broken on its way. */
function broken(name: string, faults: readonly ProxyFault[], says: readonly string[], part = 0.3): FaultCase {
  return {
    name,
    promises: 'N1 R1 R6',
    trials: { full: 50, quick: 1 },
    says,
    run: ({ number }) =>
      hurt({
        items: 120,
        subject: { deadlineMs: 600, retry: { attempts: 12 } },
        proxy: { seed: number + 1, faults: faults.map((fault) => ({ fault, share: part / faults.length })) },
      }),
  };
}

/** What the provider and the network do. */
export const providerFaults: readonly FaultCase[] = [
  {
    name: 'a storm of 429',
    promises: 'N2 N3',
    trials: { full: 2, quick: 1 },
    says: ['provider/rate-limited'],
    run: ({ quick }) =>
      hurt({
        items: 60,
        provider: { storm: { scenario: '429-ms', ms: quick ? 1500 : 60_000 } },
        subject: { retry: { attempts: 400 } },
      }),
  },
  share('10 % of 5xx', ['500', '503', '529'], 0.1, ['provider/server-error', 'provider/overloaded']),
  share('2 % of bodies that are no JSON', ['garbage', 'html', 'empty', 'wrong-shape'], 0.08, ['provider/bad-reply']),
  share('1 % of sockets stall', ['stall', 'stalled-body'], 0.02, ['provider/timeout'], {
    subject: { deadlineMs: 400 },
  }),
  share('truncated bodies', ['truncated'], 0.05, ['provider/bad-reply', 'provider/network']),
  share('replies of 10 MB', ['huge'], 0.03, ['provider/bad-reply']),
  {
    name: '2 % of verdicts that are no JSON',
    promises: 'R1 R3',
    trials: { full: 50, quick: 1 },
    says: ['unreadable'],
    run: ({ number }) =>
      hurt({
        items: 200,
        heals: false,
        provider: { seed: number + 1, faults: [{ scenario: 'malformed-json', share: 0.04 }] },
      }),
  },
  {
    name: 'verdicts off the scale',
    promises: 'R3',
    trials: { full: 50, quick: 1 },
    says: ['unreadable'],
    run: () =>
      hurt({
        heals: false,
        provider: {
          answer: ({ prompt }) => {
            const place = Number(/number (\d+)/.exec(prompt)?.[1]);
            const off = [9, -1, 2.5, '"7"', '"3/"', '{}', '[4]'][place % 20];
            return `{"verdict":${place % 20 < 7 ? off : 1 + (place % 5)}}`;
          },
        },
        problems: (lives) =>
          lives.flatMap(({ ends }) =>
            ends.flatMap((end) =>
              end.refused !== true && end.ledger.ratings.rated === 39 && end.ledger.ratings.unreadable === 21
                ? []
                : [`not the 21 that are off the scale were set aside`],
            ),
          ),
      }),
  },
  {
    name: 'the provider changes its model midway',
    promises: 'R5',
    trials: { full: 20, quick: 2 },
    says: ['runner/model-drift'],
    run: ({ number, random }) =>
      hurt({
        heals: false,
        provider: { drift: { after: 1 + Math.floor(random.next() * 50), served: 'gpt-4o-mini-2026-06-30' } },
        subject: { onModelDrift: number % 2 === 0 ? 'warn' : 'stop' },
        problems: ([life]) => {
          const end = life?.ends[0];
          const reason = end?.refused === true ? 'refused' : end?.reason;
          return reason === (number % 2 === 0 ? 'done' : 'stopped') ? [] : [`ended as ${reason}`];
        },
      }),
  },
  broken(
    'a server that answers twice',
    [
      { kind: 'duplicate', afterMs: 0 },
      { kind: 'duplicate', afterMs: 3 },
      { kind: 'duplicate', afterMs: 12 },
    ],
    ['provider/bad-reply'],
    1,
  ),
  broken(
    'connections reset or cut',
    [
      { kind: 'reset', atByte: 700 },
      { kind: 'cut', atByte: 1500 },
      { kind: 'reset', atByte: 0 },
    ],
    ['provider/network', 'provider/bad-reply'],
  ),
  broken(
    'half-open and stalled connections',
    [{ kind: 'half-open' }, { kind: 'stall', atByte: 900 }],
    ['provider/timeout'],
    0.5,
  ),
  broken(
    'slow and dripping connections',
    [
      { kind: 'delay', ms: 30 },
      { kind: 'drip', bytes: 120, everyMs: 8 },
    ],
    ['done'],
    0.8,
  ),
];
