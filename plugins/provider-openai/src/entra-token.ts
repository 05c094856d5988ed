import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { faults } from '@assize/core';
import { z } from 'zod';

const scope = 'https://cognitiveservices.azure.com/.default';

/** What is used of `@azure/identity`: a credential that looks where it is run, and a provider that renews its token. */
const identitySchema = z.object({
  DefaultAzureCredential: z.custom<new () => object>((value) => typeof value === 'function'),
  getBearerTokenProvider: z.custom<(credential: object, scope: string) => () => Promise<string>>(
    (value) => typeof value === 'function',
  ),
});

/**
 * A source of tokens of Microsoft Entra ID: AZURE_OPENAI_AD_TOKEN, read at each call since it is short-lived, else
 * `@azure/identity`, looked for beside this package and in the working folder.
 *
 * @throws provider/auth with the code `missing_token` when there is neither.
 */
export async function entraToken(model: string): Promise<() => Promise<string>> {
  if (process.env['AZURE_OPENAI_AD_TOKEN']) return async () => process.env['AZURE_OPENAI_AD_TOKEN'] ?? '';
  const { DefaultAzureCredential: Credential, getBearerTokenProvider } = await identity(model);
  return getBearerTokenProvider(new Credential(), scope);
}

async function identity(model: string): Promise<z.infer<typeof identitySchema>> {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      const path = createRequire(from).resolve('@azure/identity');
      const loaded: unknown = await import(pathToFileURL(path).href);
      return identitySchema.parse(loaded);
    } catch {
      // Not installed there: the next place, or the fault below, which says what is missing.
    }
  }
  throw faults.auth({ model, providerCode: 'missing_token' });
}
