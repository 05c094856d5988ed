import type { IncomingMessage, ServerResponse } from 'node:http';

import { bytesOf, type FakeBatch, type FakeBatches, sendLines, sendMissing } from './fake-batch.ts';
import { sendJson } from './fake-send.ts';

/** Serves Message Batches as Anthropic does: no labels, counts only at the end, results as one stream. */
export async function serveAnthropicBatches(
  batches: FakeBatches,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, , , , id = '', action] = (incoming.url ?? '').split('?')[0]?.split('/') ?? [];
  const origin = `http://${incoming.headers.host}`;
  if (incoming.method === 'POST' && id === '') return create(batches, incoming, response, origin);
  if (id === '') {
    const data = batches.list().map((batch) => batchBody(batch, origin));
    return sendJson(response, 200, { data, has_more: false, first_id: null, last_id: null });
  }
  const batch = batches.find(id);
  if (!batch) return sendMissing(response, 'batch');
  if (action === 'results') {
    if (batches.settings.resultsGone === true) return sendMissing(response, 'results');
    return sendLines(
      response,
      batches.results(batch).map(({ customId, outcome, body }) => ({
        custom_id: customId,
        result:
          outcome === 'reply'
            ? { type: 'succeeded', message: body }
            : outcome === 'errored'
              ? { type: 'errored', error: body }
              : { type: outcome === 'cancelled' ? 'canceled' : 'expired' },
      })),
    );
  }
  if (action === 'cancel') batch.cancelled = true;
  else batches.look(batch);
  sendJson(response, 200, batchBody(batch, origin));
}

async function create(
  batches: FakeBatches,
  incoming: IncomingMessage,
  response: ServerResponse,
  origin: string,
): Promise<void> {
  const { requests } = JSON.parse((await bytesOf(incoming)).toString()) as {
    requests: { custom_id: string; params: object }[];
  };
  const batch = batches.create(
    requests.map(({ custom_id: customId, params }) => ({ customId, url: '/v1/messages', body: params })),
  );
  if (batch) return sendJson(response, 200, batchBody(batch, origin));
  const error = { type: 'invalid_request_error', message: 'requests: at least one' };
  sendJson(response, 400, { type: 'error', error });
}

function batchBody({ id, rows, cancelled, ended, createdAt }: FakeBatch, origin: string): object {
  const count = (...outcomes: string[]): number =>
    ended ? rows.filter(({ outcome }) => outcomes.includes(outcome)).length : 0;
  return {
    id,
    type: 'message_batch',
    processing_status: ended ? 'ended' : cancelled ? 'canceling' : 'in_progress',
    request_counts: {
      processing: ended ? 0 : rows.length,
      succeeded: count('reply'),
      errored: count('errored'),
      canceled: count('cancelled'),
      expired: count('expired'),
    },
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(createdAt + 86_400_000).toISOString(),
    ended_at: ended ? new Date(createdAt).toISOString() : null,
    cancel_initiated_at: cancelled ? new Date(createdAt).toISOString() : null,
    archived_at: null,
    results_url: ended ? `${origin}/v1/messages/batches/${id}/results` : null,
  };
}
