import { defineProject } from 'vitest/config';

const conditions = ['@assize/source', 'module', 'node', 'development|production'];
export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { testTimeout: 30_000, name: '@assize/trial' },
});
