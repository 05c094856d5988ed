import { expect, test } from 'vitest';

import { whichHelpsMore } from '../examples/pairwise-judge.ts';
import { contextOf, scriptedModel } from './scripted.ts';

test('the example of the README makes a tie of a judge that always prefers what it sees first', async () => {
  const model = scriptedModel(() => '{"reasons":"It comes first.","verdict":"A"}');
  const item = {
    id: 'q1',
    input: 'How do I undo a commit?',
    responses: [{ content: 'git revert' }, { content: 'rm' }],
  };
  const { verdicts, counts } = await whichHelpsMore(item, model, contextOf(model).random);
  expect(verdicts).toMatchObject([{ item: 'q1', value: 'tie', conflict: true, rated: 2, unrated: 0 }]);
  expect(counts).toMatchObject({ bothOrders: 1, conflicts: 1 });
});
