export { anthropic, anthropic as provider } from './anthropic.ts';
export type { AnthropicSettings } from './settings.ts';
