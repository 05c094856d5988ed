export { abilitiesOf, familyOf, type Family, type OpenAIApi } from './abilities.ts';
export { openai, openai as provider } from './openai.ts';
export type { AzureSettings, OpenAISettings, PromptCache } from './settings.ts';
export { type Fetch, thinFetch } from '@assize/http';
