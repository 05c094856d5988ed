import { defineProject } from 'vitest/config';

const conditions = ['@assize/source', 'module', 'node', 'development|production'];
export default defineProject({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { name: '@assize/http' },
});
