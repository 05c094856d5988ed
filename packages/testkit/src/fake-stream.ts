interface ChatBody {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly finish_reason: string;
    readonly message: {
      readonly content: string | null;
      readonly refusal: string | null;
      readonly tool_calls?: unknown;
    };
  }[];
  readonly usage?: unknown;
}

/** A Chat Completions body as the server-sent events by which it is streamed: the words in one piece, then the end, then the usage. */
export function chatEvents(body: object): string {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own chatBody made it
  const { id, model, choices, usage } = body as ChatBody;
  const chunk = (part: object): string =>
    `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1_768_435_200, model, ...part })}\n\n`;
  const [choice] = choices;
  const { content, refusal, tool_calls: calls } = choice?.message ?? { content: null, refusal: null };
  const delta = { role: 'assistant', content, refusal, ...(calls === undefined ? {} : { tool_calls: calls }) };
  return [
    chunk({ choices: [{ index: 0, delta, finish_reason: null }] }),
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: choice?.finish_reason ?? 'stop' }] }),
    ...(usage === undefined ? [] : [chunk({ choices: [], usage })]),
    'data: [DONE]\n\n',
  ].join('');
}
