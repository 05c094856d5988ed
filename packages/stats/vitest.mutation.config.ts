import { defineProject, mergeConfig } from 'vitest/config';

import project from './vitest.config.ts';

/** For mutation testing: these read the printed source, the docs or the built package, and would fail on any change. */
const exclude = ['test/examples.test.ts', 'test/docs.test.ts', 'test/built.test.ts'];
export default mergeConfig(project, defineProject({ test: { exclude } }));
