export type { Console, Output } from './console.ts';
export { runCli } from './run-cli.ts';
