import type { MessagePort } from 'node:worker_threads';

import { type BootstrapPart, type BootstrapTask, type PartResult, prepareTask } from './bootstrap-task.ts';

export type ToWorker =
  | { type: 'task'; job: number; task: BootstrapTask }
  | { type: 'part'; job: number; number: number; part: BootstrapPart }
  | { type: 'done'; job: number };

export type FromWorker =
  | { type: 'result'; job: number; number: number; result: PartResult }
  | { type: 'error'; job: number; error: Error };

/** Prepares each task that comes in once, does its parts one after the other, answers each by its number. */
export function answerParts(port: MessagePort): void {
  const prepared = new Map<number, Promise<(part: BootstrapPart) => PartResult>>();

  const answer = async (job: number, number: number, part: BootstrapPart): Promise<FromWorker> => {
    try {
      const work = await prepared.get(job);
      if (!work) throw new Error(`job ${job} was not announced`);
      return { type: 'result', job, number, result: work(part) };
    } catch (error) {
      // Not everything that can be thrown can be sent.
      return { type: 'error', job, error: error instanceof Error ? error : new Error(String(error)) };
    }
  };

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'task': {
        const task = prepareTask(message.task);
        task.catch(() => undefined); // the first part reports it
        prepared.set(message.job, task);
        break;
      }
      case 'part':
        void answer(message.job, message.number, message.part).then((reply) => port.postMessage(reply, []));
        break;
      case 'done':
        prepared.delete(message.job);
        break;
      default:
        message satisfies never;
    }
  });
}
