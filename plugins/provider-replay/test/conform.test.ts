import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Model } from '@assize/core';
import { openai } from '@assize/provider-openai';
import { conformProvider, type ProviderUnderTest } from '@assize/testkit';

import { record, replay } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'assize-replay-conform-'));
let files = 0;
const live = ({ openaiBaseURL, apiKey, timeoutMs }: ProviderUnderTest): Model =>
  openai('gpt-4o', { api: 'chat', baseURL: openaiBaseURL, apiKey, timeoutMs });

/** Each request is recorded into a file of its own and then answered from that file alone. */
conformProvider('a reply that was recorded and is replayed', (server) => {
  const model = live(server);
  return {
    contract: 1,
    id: model.id,
    abilities: model.abilities,
    async generate(request, options) {
      const file = join(folder, `${(files += 1)}.jsonl`);
      await record(model, file, { requests: true }).generate(request, options);
      return replay(file).generate(request, options);
    },
  };
});

conformProvider('a lenient replay that falls through to a live model', (server) =>
  replay([], { id: 'replay:empty', unrecorded: live(server) }),
);
