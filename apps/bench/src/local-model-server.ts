/**
 * One GGUF file behind the Chat Completions wire format, with the model's own log-probabilities.
 *
 *     node apps/bench/src/local-model-server.ts --library FOLDER --model FILE.gguf [--port 8090]
 *          [--name ID] [--reply-start TEXT] [--chat-template FILE] [--context 4096] [--threads 2]
 *
 * FOLDER is where `npm install node-llama-cpp` was run: the repository itself does not depend on it.
 */
import { createHash, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { z } from 'zod';

type Token = number;

/** The part of node-llama-cpp 3.22 that is used here. */
interface LlamaLibrary {
  getLlama(options: { gpu: false; build: 'never'; logLevel: 'error' }): Promise<{
    loadModel(options: { modelPath: string }): Promise<LlamaModel>;
  }>;
}
interface LlamaModel {
  readonly tokens: { readonly bos: Token | null; readonly bosString: string | null };
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: string } } };
  tokenize(text: string, specialTokens: boolean): Token[];
  detokenize(tokens: readonly Token[], specialTokens?: boolean): string;
  isEogToken(token: Token): boolean;
  createContext(options: { contextSize: number; threads: number }): Promise<{ getSequence(): LlamaSequence }>;
}
interface LlamaSequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(
    input: (Token | [Token, { generateNext: GenerateNext }])[],
  ): Promise<({ next: Next } | undefined)[]>;
}
interface GenerateNext {
  token: true;
  probabilities: boolean;
  logits: { filter: { includeTop: number } };
  totalLogitWeight: true;
  options: { temperature: 0 };
}
interface Next {
  token?: Token | null;
  probabilities?: Map<Token, number>;
  logits?: Map<Token, number>;
  totalLogitWeight?: number;
}

const mostAlternatives = 20;
const largestBody = 1_000_000;

const chatRequest = z.object({
  model: z.string().optional(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: z.string() }))
    .min(1),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  seed: z.number().int().nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(mostAlternatives).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  n: z.literal(1).nullish(),
  stream: z.literal(false).nullish(),
  response_format: z.object({ type: z.literal('text') }).nullish(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

/** A token as the wire format shows it; `logprob` is the natural logarithm. */
export interface TokenChoice {
  token: string;
  logprob: number;
  bytes: number[] | null;
}
export interface Completion {
  text: string;
  tokens: (TokenChoice & { top_logprobs: TokenChoice[] })[];
  finish: 'stop' | 'length';
  promptTokens: number;
  /** Tokens that were computed, an end-of-turn token included. */
  completionTokens: number;
}
/** A model that answers one request at a time. */
export interface LocalModel {
  readonly name: string;
  complete(request: ChatRequest, signal: AbortSignal): Promise<Completion>;
}

/** What the caller did wrong: answered with status 400. */
class BadRequest extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The prompt of a model without a chat template: the messages one under the other, then the first words of the reply.
 *
 * A model that was never tuned to chat goes on with the text instead of answering it; `replyStart` ("The better
 * response is Response") brings it to the point where the next token is the answer. A last message of the assistant is
 * continued and takes the place of `replyStart`.
 */
export function plainPrompt(messages: ChatRequest['messages'], replyStart: string): string {
  const texts = messages.map((message) => message.content.trim());
  if (messages.at(-1)?.role !== 'assistant') texts.push(replyStart.trim());
  return texts.join('\n\n');
}

/** Loads a GGUF file through the node-llama-cpp that is installed in `library`. */
export async function loadLocalModel(options: {
  library: string;
  model: string;
  name: string;
  replyStart: string;
  chatTemplate?: string;
  contextSize: number;
  threads: number;
}): Promise<LocalModel> {
  const library = await importFrom<LlamaLibrary>(options.library, 'node-llama-cpp');
  const llama = await library.getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: resolve(options.model) });
  const { contextSize, threads } = options;
  const sequence = (await model.createContext({ contextSize, threads })).getSequence();
  const template = options.chatTemplate ?? model.fileInfo.metadata.tokenizer?.chat_template;
  const render = template === undefined ? undefined : await chatRenderer(options.library, template, model);

  function promptTokens(messages: ChatRequest['messages']): Token[] {
    const tokens = model.tokenize(
      render?.(messages) ?? plainPrompt(messages, options.replyStart),
      render !== undefined,
    );
    if (model.tokens.bos !== null && tokens[0] !== model.tokens.bos) tokens.unshift(model.tokens.bos);
    return tokens;
  }

  async function complete(request: ChatRequest, signal: AbortSignal): Promise<Completion> {
    const prompt = promptTokens(request.messages);
    const room = contextSize - prompt.length;
    if (room < 1) {
      const message = `the prompt has ${prompt.length} tokens, the context ${contextSize}`;
      throw new BadRequest('context_length_exceeded', message);
    }
    const limit = Math.min(request.max_completion_tokens ?? request.max_tokens ?? room, room);
    const temperature = request.temperature ?? 1;
    const seed = request.seed ?? randomInt(2 ** 31);
    const stops = [request.stop ?? []].flat();
    const alternatives = request.top_logprobs ?? 0;

    // A prompt that shares its beginning with the last one is computed anew: a reply must not depend on earlier calls.
    await sequence.clearHistory();
    let waiting = prompt;
    const written: Token[] = [];
    const tokens: Completion['tokens'] = [];
    const end = (text: string, finish: Completion['finish'], computed: number): Completion => ({
      text,
      tokens,
      finish,
      promptTokens: prompt.length,
      completionTokens: computed,
    });
    for (;;) {
      signal.throwIfAborted();
      const next = await evaluate(waiting, temperature > 0);
      const chosen = choose(next, temperature, `${seed}:${written.length}`);
      if (model.isEogToken(chosen.token)) return end(model.detokenize(written), 'stop', written.length + 1);
      const top = next.top.slice(0, alternatives).map(([token, logprob]) => choiceOf(token, logprob));
      written.push(chosen.token);
      tokens.push({ ...choiceOf(chosen.token, chosen.logprob), top_logprobs: top });
      const text = model.detokenize(written);
      const cut = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
      if (cut.length > 0) return end(text.slice(0, Math.min(...cut)), 'stop', written.length);
      if (written.length >= limit) return end(text, 'length', written.length);
      waiting = [chosen.token];
    }
  }

  /** Log-probabilities of the next token over the whole vocabulary, before any temperature, most likely first. */
  async function evaluate(input: readonly Token[], whole: boolean) {
    const last = input.at(-1);
    if (last === undefined) throw new BadRequest('empty_prompt', 'the prompt has no tokens');
    const ask: GenerateNext = {
      token: true,
      probabilities: whole,
      logits: { filter: { includeTop: mostAlternatives } },
      totalLogitWeight: true,
      options: { temperature: 0 },
    };
    const results = await sequence.controlledEvaluate([...input.slice(0, -1), [last, { generateNext: ask }]]);
    const { logits, totalLogitWeight, probabilities } = results[input.length - 1]?.next ?? {};
    const highest = logits?.values().next().value;
    if (!logits || highest === undefined || totalLogitWeight === undefined) throw new Error('the model gave no logits');
    const logTotal = highest + Math.log(totalLogitWeight); // the weight is relative to the highest logit
    const top = [...logits].map(([token, logit]): [Token, number] => [token, logit - logTotal]);
    return { top, probabilities };
  }

  function choiceOf(token: Token, logprob: number): TokenChoice {
    const text = model.detokenize([token], true);
    return { token: text, logprob, bytes: text.includes('\uFFFD') ? null : [...Buffer.from(text)] };
  }

  // One context, so one request at a time; the others wait in line.
  let line: Promise<unknown> = Promise.resolve();
  return {
    name: options.name,
    async complete(request, signal) {
      const turn = line.then(async () => complete(request, signal));
      line = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** The most likely token at temperature 0, else a draw that the key alone decides. */
function choose(
  next: { top: [Token, number][]; probabilities: Map<Token, number> | undefined },
  temperature: number,
  key: string,
) {
  const [best] = next.top;
  if (!best) throw new Error('the model gave no logits');
  if (temperature === 0 || !next.probabilities) return { token: best[0], logprob: best[1] };
  const cooled = [...next.probabilities].map(([token, p]): [Token, number, number] => [
    token,
    p,
    p ** (1 / temperature),
  ]);
  const total = cooled.reduce((sum, [, , weight]) => sum + weight, 0);
  let left = (createHash('sha256').update(key).digest().readUIntBE(0, 6) / 2 ** 48) * total;
  for (const [token, p, weight] of cooled) {
    left -= weight;
    if (left < 0) return { token, logprob: Math.log(p) };
  }
  return { token: best[0], logprob: best[1] };
}

async function chatRenderer(library: string, template: string, model: LlamaModel) {
  interface Jinja {
    Template: new (text: string) => { render(values: Record<string, unknown>): string };
  }
  const { Template } = await importFrom<Jinja>(library, '@huggingface/jinja');
  const compiled = new Template(template);
  return (messages: ChatRequest['messages']) =>
    compiled.render({ messages, add_generation_prompt: true, bos_token: model.tokens.bosString ?? '' });
}

async function importFrom<Library>(folder: string, name: string): Promise<Library> {
  const file = createRequire(pathToFileURL(resolve(folder, 'package.json'))).resolve(name);
  const library: Library = await import(pathToFileURL(file).href);
  return library;
}

/** The HTTP side; the caller decides where it listens. */
export function createLocalModelServer(model: LocalModel): Server {
  return createServer((request, response) => {
    void answer(model, request, response).catch((error: unknown) => {
      if (response.destroyed) return; // the caller went away; nobody is left to be told
      const bad = error instanceof BadRequest;
      const message = error instanceof Error ? error.message : String(error);
      const type = bad ? 'invalid_request_error' : 'server_error';
      send(response, bad ? 400 : 500, { error: { message, type, param: null, code: bad ? error.code : null } });
    });
  });
}

async function answer(model: LocalModel, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${new URL(request.url ?? '/', 'http://local').pathname}`;
  if (route === 'GET /v1/models') {
    const entry = { id: model.name, object: 'model', created: 0, owned_by: 'local' };
    send(response, 200, { object: 'list', data: [entry] });
    return;
  }
  if (route !== 'POST /v1/chat/completions') {
    const message = `${route} is not served here`;
    send(response, 404, { error: { message, type: 'invalid_request_error', param: null, code: 'not_found' } });
    return;
  }
  const text = await readBody(request);
  const body = chatRequest.safeParse(parseJson(text));
  if (!body.success) {
    const [issue] = body.error.issues;
    throw new BadRequest('invalid_value', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a request'}`);
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const done = await model.complete(body.data, gone.signal);
  send(response, 200, {
    // Neither a counter nor a clock: the same request gives the same bytes.
    id: `chatcmpl-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`,
    object: 'chat.completion',
    created: 0,
    model: model.name,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: done.text, refusal: null },
        logprobs: body.data.logprobs ? { content: done.tokens, refusal: null } : null,
        finish_reason: done.finish,
      },
    ],
    usage: {
      prompt_tokens: done.promptTokens,
      completion_tokens: done.completionTokens,
      total_tokens: done.promptTokens + done.completionTokens,
    },
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > largestBody) throw new BadRequest('too_large', `the body has more than ${largestBody} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest('invalid_json', error instanceof Error ? error.message : 'the body is not JSON');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      library: { type: 'string' },
      model: { type: 'string' },
      name: { type: 'string' },
      port: { type: 'string', default: '8090' },
      'reply-start': { type: 'string', default: '' },
      'chat-template': { type: 'string' },
      context: { type: 'string', default: '4096' },
      threads: { type: 'string', default: '2' },
    },
  });
  if (values.library === undefined || values.model === undefined) {
    process.stderr.write('local-model-server: --library FOLDER and --model FILE.gguf are required\n');
    process.exit(2);
  }
  const template = values['chat-template'];
  const model = await loadLocalModel({
    library: values.library,
    model: values.model,
    name: values.name ?? basename(values.model, '.gguf'),
    replyStart: values['reply-start'],
    ...(template === undefined ? {} : { chatTemplate: await readFile(template, 'utf8') }),
    contextSize: Number(values.context),
    threads: Number(values.threads),
  });
  createLocalModelServer(model).listen(Number(values.port), '127.0.0.1', () => {
    process.stderr.write(`${model.name} listens on http://127.0.0.1:${values.port}/v1\n`);
  });
}
