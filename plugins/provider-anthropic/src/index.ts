export { anthropic, anthropic as provider, type AnthropicSettings } from './anthropic.ts';
