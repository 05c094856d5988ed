import type { IncomingMessage, ServerResponse } from 'node:http';

import { bytesOf, type FakeBatch, type FakeBatches, sendLines, sendMissing } from './fake-batch.ts';
import type { Wire } from './fake-request.ts';
import { sendJson } from './fake-send.ts';

/** Serves files and batches as OpenAI does: a file up, up to two files down. */
export async function serveOpenAIBatches(
  batches: FakeBatches,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, , kind, id = '', action] = (incoming.url ?? '').split('?')[0]?.split('/') ?? [];
  if (kind === 'files') return serveFiles(batches, incoming, response, { id, action });
  if (incoming.method === 'POST' && id === '') return create(batches, incoming, response);
  if (id === '') {
    const data = batches.list().map((batch) => batchBody(batch));
    return sendJson(response, 200, { object: 'list', data, has_more: false });
  }
  const batch = batches.find(id);
  if (!batch) return sendMissing(response, 'batch');
  if (action === 'cancel') batch.cancelled = true;
  else batches.look(batch);
  sendJson(response, 200, batchBody(batch));
}

async function serveFiles(
  batches: FakeBatches,
  incoming: IncomingMessage,
  response: ServerResponse,
  { id, action }: { id: string; action: string | undefined },
): Promise<void> {
  if (incoming.method === 'POST') {
    const headers = { 'content-type': incoming.headers['content-type'] ?? '' };
    const form = await new Response(await bytesOf(incoming), { headers }).formData();
    const file = form.get('file');
    const bytes = file instanceof File ? await file.text() : '';
    const purpose = form.get('purpose');
    const made = { object: 'file', bytes: bytes.length, purpose, status: 'processed' };
    return sendJson(response, 200, { id: batches.upload(bytes), ...made });
  }
  const [of, part] = id.split('.');
  const batch = batches.find(of ?? '');
  if (!batch || action !== 'content' || batches.settings.resultsGone === true) return sendMissing(response, 'file');
  const rows = batches.results(batch).filter(({ outcome }) => (outcome === 'reply') === (part === 'output'));
  sendLines(
    response,
    rows.map(({ customId, outcome, status, body, request }, number) => {
      const isAnswered = outcome === 'reply' || outcome === 'errored';
      const error = { code: `batch_${outcome}`, message: 'This request could not be executed.' };
      return {
        id: `batch_req_${number}`,
        custom_id: customId,
        response: isAnswered ? { status_code: status, request_id: `req_${request.key}`, body } : null,
        error: isAnswered ? null : error,
      };
    }),
  );
}

async function create(batches: FakeBatches, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = JSON.parse((await bytesOf(incoming)).toString()) as {
    input_file_id: string;
    endpoint: string;
    metadata?: Wire;
  };
  const text = batches.files.get(asked.input_file_id) ?? '';
  const requests = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { custom_id: string; url: string; body: object })
    .map(({ custom_id: customId, url, body }) => ({ customId, url, body }));
  const metadata = asked.metadata ?? {};
  const batch = batches.create(requests, { metadata, inputFile: asked.input_file_id });
  if (!batch) return sendJson(response, 400, { error: { message: 'an empty batch', type: 'invalid_request_error' } });
  sendJson(response, 200, batchBody(batch));
}

function batchBody(batch: FakeBatch): object {
  const { id, rows, api, cancelled, ended, createdAt, inputFile, metadata, refused } = batch;
  const count = (outcomes: readonly string[]): number =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const base = {
    id,
    object: 'batch',
    endpoint: api === 'chat' ? '/v1/chat/completions' : '/v1/responses',
    input_file_id: inputFile,
    completion_window: '24h',
    created_at: Math.floor(createdAt / 1000),
    metadata,
  };
  if (refused) {
    const errors = {
      object: 'list',
      data: [{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached.' }],
    };
    return { ...base, status: 'failed', errors, request_counts: { total: 0, completed: 0, failed: 0 } };
  }
  if (!ended) {
    const counts = { total: rows.length, completed: 0, failed: 0 };
    return { ...base, status: cancelled ? 'cancelling' : 'in_progress', request_counts: counts };
  }
  const [completed, failed] = [count(['reply']), count(['errored', 'expired', 'cancelled'])];
  return {
    ...base,
    status: cancelled ? 'cancelled' : count(['expired']) > 0 ? 'expired' : 'completed',
    request_counts: { total: rows.length, completed, failed },
    // Neither file is there when it would be empty.
    ...(completed > 0 ? { output_file_id: `${id}.output` } : {}),
    ...(failed > 0 ? { error_file_id: `${id}.error` } : {}),
  };
}
