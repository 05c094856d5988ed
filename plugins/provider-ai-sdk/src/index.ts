export { aiSdk, type AiSdkSettings } from './ai-sdk.ts';
export type { LanguageModel } from './language-model.ts';
export { provider } from './provider.ts';
