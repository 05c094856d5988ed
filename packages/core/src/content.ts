import { z } from 'zod';

/** One turn of a conversation. `content` is plain text: images and files are named in `metadata` of their item. */
export const messageSchema = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
  name: z.string().exactOptional(),
});
export type Message = z.infer<typeof messageSchema>;

/** What a person or a system wrote: a text, or a conversation. */
export const contentSchema = z.union([z.string(), z.array(messageSchema).min(1)]);
export type Content = z.infer<typeof contentSchema>;

/**
 * Content as one text: a conversation is written as `role: text` lines, separated by blank lines.
 *
 * @example textOf([{ role: 'user', content: 'Hi' }]) // 'user: Hi'
 */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map((message) => `${message.name ?? message.role}: ${message.content}`).join('\n\n');
}
