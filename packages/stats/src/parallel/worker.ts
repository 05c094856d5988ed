// Runs in a worker thread.
import { parentPort } from 'node:worker_threads';

import { answerParts } from './answer-parts.ts';

if (parentPort) answerParts(parentPort);
