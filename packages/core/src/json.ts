import { z } from 'zod';

/** Any value that survives `JSON.stringify` and `JSON.parse` unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Checks that a value is JSON: no `undefined`, no `NaN`, no infinity. */
export const jsonSchema: z.ZodType<Json> = z.json();

/** A JSON object with string keys. */
export type JsonObject = { [key: string]: Json };

export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema);
