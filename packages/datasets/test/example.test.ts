import { expect, test, vi } from 'vitest';

import { agreementByDomain } from '../examples/load-and-slice.ts';
import { temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

test('the example of the README runs', async () => {
  const notes = vi.spyOn(console, 'error').mockReturnValue();
  const rows = ['a,law,ann,1', 'a,law,bob,1', 'a,law,gpt-4,1', 'b,art,ann,0', 'b,art,bob,1', 'b,art,gpt-4,0'];
  const file = files.write(
    'ratings.csv',
    `item,facet_domain,rater,value,criterion\n${rows.map((row) => `${row},helpful`).join('\n')}\n`,
  );
  expect(await agreementByDomain(file)).toEqual({ law: '2 of 2', art: '1 of 2' });
  notes.mockRestore();
});
