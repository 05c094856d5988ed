export { abilitiesOf, familyOf, type Family, type OpenAIApi } from './abilities.ts';
export { openai, openai as provider, type OpenAISettings } from './openai.ts';
export { type Fetch, thinFetch } from './thin-fetch.ts';
