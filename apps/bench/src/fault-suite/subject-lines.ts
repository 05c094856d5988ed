import type { RunLedger } from '@assize/runner';

/** What a subject is told to do. */
export interface SubjectSettings {
  readonly directory: string;
  readonly baseURL: string;
  readonly items: number;
  readonly concurrency: number;
  readonly deadlineMs: number;
  readonly retry?: { readonly attempts?: number; readonly baseMs?: number; readonly capMs?: number };
  readonly onModelDrift?: 'warn' | 'stop';
  readonly jumpyClock?: boolean;
  readonly plugin?: 'throw' | 'never-settle' | 'exit' | 'allocate';
  /** Whether an earlier process has worked on the run. */
  readonly resumed?: boolean;
}

/** What a subject says when it comes to an end by itself. */
export type SubjectEnd =
  | { readonly refused: true; readonly code: string; readonly message: string }
  | {
      readonly refused?: false;
      readonly reason: string;
      readonly code?: string;
      readonly message?: string;
      readonly ledger: RunLedger;
      readonly digest: string | null;
      readonly planned: number | null;
    };

/** What a subject says in its life, a line of JSON each. */
export interface SubjectLine {
  readonly started?: boolean;
  /** The item whose reply it has acknowledged: from here on it must never be lost. */
  readonly kept?: string;
  readonly warning?: string;
  readonly end?: SubjectEnd;
}
